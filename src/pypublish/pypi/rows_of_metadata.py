"""PyPI's rules about metadata: rows M, the packaging library's demands and PyPI's own, and R1."""

from __future__ import annotations

from typing import Final

from pypublish.pypi.row import Row

ROWS: Final = (
    Row(id="M:metadata-version", rule="Metadata-Version is one of 1.0, 1.1, 1.2 and 2.1 to 2.5."),
    Row(id="M:name", rule="The metadata have a name, made of ASCII letters, digits, `.`, `_` and `-`."),
    Row(id="M:version", rule="The metadata have a version, and it is one of PEP 440."),
    Row(id="M:local-version", rule="The version has no local part (`+…`)."),
    Row(id="M:summary-line", rule="The summary is a single line."),
    Row(id="M:summary-length", rule="The summary has at most 512 characters."),
    Row(id="M:description-type", rule="The description is text/plain, text/x-rst or text/markdown."),
    Row(id="M:description-charset", rule="The description's charset, if given, is `UTF-8`, in capitals."),
    Row(id="M:description-variant", rule="The description's Markdown variant, if given, is GFM or CommonMark."),
    Row(id="M:email", rule="The e-mail address of author or maintainer is one, where there is a single one."),
    Row(id="M:classifier", rule="Every classifier is in PyPI's list; those that begin with `Private ::` never are."),
    Row(id="M:classifier-deprecated", rule="No classifier is deprecated."),
    Row(id="M:url", rule="Home-Page and Download-URL are addresses with http or https."),
    Row(id="M:project-url-label", rule="Every project URL has a label of at most 32 characters."),
    Row(id="M:project-url-address", rule="Every project URL has an address with http or https."),
    Row(id="M:requires-python", rule="Requires-Python is a version specifier."),
    Row(id="M:requires-dist", rule="Every dependency is a dependency specifier (PEP 508)."),
    Row(id="M:direct-dependency", rule="No dependency names an address (`name @ https://…`)."),
    Row(id="M:old-dependency", rule="Provides-Dist and Obsoletes-Dist keep to the rules of dependencies."),
    Row(id="M:license-expression", rule="License-Expression is an expression of SPDX."),
    Row(id="M:license-twice", rule="There is no License beside License-Expression."),
    Row(id="M:license-file", rule="Paths of licence files are relative, resolved, with `/`, and do not lead out."),
    Row(id="M:provides-extra", rule="The name of every extra is a valid one."),
    Row(id="M:import-name", rule="Names for import are identifiers, and no keywords."),
    Row(id="M:dynamic", rule="Dynamic names fields that there are, but not name, version or Metadata-Version."),
    Row(id="M:introduced", rule="Every field is one of the Metadata-Version that the file names."),
    Row(id="M:repeated", rule="A field that may be there once is there once, and so is the label of a project URL."),
    Row(
        id="M:crash",
        rule="No content type, licence expression or dependency is so odd that PyPI's own code breaks over it.",
        status=500,
    ),
    Row(
        id="R1",
        rule="The description renders; without a type it is taken for reStructuredText, which alone may fail to.",
    ),
)
