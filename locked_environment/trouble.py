"""What is in the way, told to the user with what mends it."""

import sys

TOOL_FAILED = 3

# A sign in what a failure says, and what mends it: the first that fits.
REMEDIES = {
    "interpreter|python-build-standalone": "Python 3.11, 3.12, 3.13 or 3.14 is needed: install one, or let uv fetch one"
    " from GitHub or from the mirror in UV_PYTHON_INSTALL_MIRROR.",
    "No space left": "Free some space, or name other folders by UV_CACHE_DIR and XDG_CACHE_HOME.",
    "ermission denied|Read-only": "Name folders that can be written, by UV_CACHE_DIR and XDG_CACHE_HOME.",
    "[Hh]ash mismatch": "The index has other files than uv.lock names, so they are not used. Is it a faithful mirror?",
    "connectivity is disabled": "Unset UV_OFFLINE for one run, so that uv can fill its cache.",
    "wheel": "Use a more common platform or Python: nothing is compiled here.",
    "etch|ownload|equest|onnect": "Is the network there? A mirror is named by PIP_INDEX_URL or UV_DEFAULT_INDEX,"
    " a proxy by HTTPS_PROXY, a file of certificate authorities by SSL_CERT_FILE or PIP_CERT.",
}


class Stop(Exception):  # noqa: N818  not every end is an error
    """Ends the run, with cause and remedy for the user."""

    def __init__(self, message: str, code: int = TOOL_FAILED) -> None:
        super().__init__(message)
        self.code = code


def say(text: str) -> None:
    """Print to stderr, since stdout is the command's. Foreign text can neither show a login nor command a CI runner."""
    import re

    text = re.sub(r"(//)[^/\s]*@|\?\S*=\S*", r"\1", text).replace("##[", "# #[")
    for line in filter(str.strip, text.splitlines()):
        printable = "".join(char if char.isprintable() else "?" for char in line.rstrip())
        print(f"bootstrap.py: {printable}", file=sys.stderr, flush=True)


def remedy_for(trouble: str) -> str:
    """Return what mends a trouble, as a line of its own, or nothing."""
    import re

    return next((f"\n{remedy}" for sign, remedy in REMEDIES.items() if re.search(sign, trouble)), "")
