"""The style sheet and the one script of the preview page, and the policy under which a browser shows them."""

from __future__ import annotations

import hashlib
from base64 import b64encode

STYLE = """
:root{--paper:#fdfdfb;--ink:#1d2329;--soft:#56606b;--line:#d9dcd8;--panel:#f3f4f0;--accent:#0b5f5a;--code:#eef0ec;
--warn:#fff3d1;--warn-ink:#573800;--warn-line:#b97900;--bad:#fde8e4;--bad-ink:#7a1d0c;--bad-line:#b5341c;
--good:#e2f2e6;--good-ink:#16492a;--tok-word:#8a2f6b;--tok-text:#2b6a1d;--tok-number:#8a4b00;--tok-name:#17549b}
@media (prefers-color-scheme:dark){:root{--paper:#15191d;--ink:#e3e7ea;--soft:#a3adb7;--line:#343c44;--panel:#1d2329;
--accent:#7fd0c6;--code:#20272d;--warn:#352809;--warn-ink:#f7dfa4;--warn-line:#c68d1a;--bad:#3b1812;--bad-ink:#ffc9bd;
--bad-line:#d8573d;--good:#14301f;--good-ink:#b7e6c5;--tok-word:#e5a0cf;--tok-text:#a4d493;--tok-number:#edb877;
--tok-name:#92bff0}}
*{box-sizing:border-box}
html{color-scheme:light dark;scroll-padding-top:1rem}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.6 system-ui,-apple-system,"Segoe UI",sans-serif}
a{color:var(--accent);text-underline-offset:.15em}
a:focus-visible,summary:focus-visible,pre:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.pp-skip,.pp-unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.pp-skip:focus{position:static;width:auto;height:auto;clip-path:none;display:block;padding:.5rem 1.25rem}
.pp-notice{background:var(--panel);border-bottom:1px solid var(--line);color:var(--soft);font-size:.875rem}
.pp-wide{max-width:78rem;margin:0 auto;padding:0 1.25rem}
.pp-notice .pp-wide{padding-block:.5rem}
.pp-notice p{margin:0}
.pp-head{padding-block:1.75rem .5rem}
.pp-head h1{margin:0;font-size:clamp(1.6rem,4.5vw,2.4rem);line-height:1.2;overflow-wrap:anywhere}
.pp-version{font-weight:400;color:var(--soft)}
.pp-summary{margin:.6rem 0 0;font-size:1.125rem;max-width:60ch;overflow-wrap:anywhere}
.pp-install{margin:1rem 0 0}
.pp-install code{display:inline-block;background:var(--code);border:1px solid var(--line);border-radius:.4rem;
padding:.45rem .8rem;overflow-wrap:anywhere}
.pp-badge{display:inline-block;vertical-align:middle;border-radius:1rem;padding:.05rem .7rem;font-size:.8rem;
font-weight:600;line-height:1.6;background:var(--warn);color:var(--warn-ink);border:1px solid var(--warn-line)}
.pp-banner{margin:1.25rem 0;padding:.8rem 1rem;border-left:.3rem solid var(--warn-line);background:var(--warn);
color:var(--warn-ink);border-radius:.25rem;overflow-wrap:anywhere}
.pp-bad{border-color:var(--bad-line);background:var(--bad);color:var(--bad-ink)}
.pp-banner :first-child{margin-top:0}.pp-banner :last-child{margin-bottom:0}
.pp-banner h2{font-size:1.05rem;margin-bottom:.4rem}
.pp-calm{border-color:var(--accent);background:var(--panel);color:var(--ink)}
.pp-banner summary h2{display:inline}
.pp-banner summary{cursor:pointer}
.pp-banner a{color:inherit}
a:not([href]){color:inherit}
.pp-banner ol{padding-left:1.6rem}.pp-banner li{margin:.35rem 0}
.pp-hint{display:block;font-size:.9rem}
.pp-nav ul{display:flex;flex-wrap:wrap;gap:.3rem 1.4rem;list-style:none;margin:1.25rem 0 0;padding:0}
.pp-columns{display:grid;grid-template-columns:minmax(0,1fr) 18rem;gap:2.5rem;padding-block:1.5rem 3rem}
.pp-columns>*{min-width:0}
.pp-part>h2{font-size:1.25rem;margin:2.5rem 0 1rem;padding-bottom:.4rem;border-bottom:2px solid var(--line)}
.pp-part:first-child>h2{margin-top:0}
.pp-side h2{font-size:1rem;margin:1.5rem 0 .4rem}.pp-side h2:first-child{margin-top:0}
.pp-side h3{font-size:.875rem;margin:.8rem 0 .2rem;color:var(--soft)}
.pp-side ul{list-style:none;margin:0;padding:0}.pp-side li{margin:.2rem 0;overflow-wrap:anywhere}
.pp-side p{margin:.2rem 0;overflow-wrap:anywhere}
.pp-quiet{color:var(--soft);font-size:.9rem}
.pp-tags li{display:inline-block;background:var(--panel);border:1px solid var(--line);border-radius:.3rem;
padding:0 .5rem;margin:.15rem .15rem .15rem 0;font-size:.875rem}
.pp-past{list-style:none;margin:0;padding:0}
.pp-past li{padding:.35rem 0;border-bottom:1px solid var(--line)}
.pp-files{list-style:none;margin:0;padding:0}
.pp-files>li{border:1px solid var(--line);border-radius:.4rem;padding:.9rem 1rem;margin:0 0 1rem}
.pp-files h3{margin:0 0 .5rem;font-size:1rem;overflow-wrap:anywhere}
.pp-files dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.2rem 1rem;margin:0;font-size:.9rem}
.pp-files dt{color:var(--soft)}.pp-files dd{margin:0;overflow-wrap:anywhere}
.pp-gap{display:inline-block;border:2px dashed var(--bad-line);background:var(--bad);color:var(--bad-ink);
border-radius:.3rem;padding:.1rem .6rem;max-width:100%;overflow-wrap:anywhere}
.pp-elsewhere{border-color:var(--line);background:var(--panel);color:var(--ink)}
.pp-broken{background:var(--bad);color:var(--bad-ink);text-decoration:underline wavy var(--bad-line);
padding:0 .15rem;border-radius:.2rem}
.pp-flaw{display:inline-block;min-width:1.35rem;padding:0 .3rem;margin:0 .15rem;border-radius:.7rem;text-align:center;
font-size:.78rem;font-weight:700;line-height:1.35rem;background:#b5341c;color:#fff;text-decoration:none}
.pp-flaw:target{outline:3px solid var(--warn-line);outline-offset:2px}
.pp-source{white-space:pre-wrap}
.pp-readme{overflow-wrap:break-word}
.pp-readme img{max-width:100%;height:auto}
.pp-readme h1{font-size:1.8rem;line-height:1.25;margin:1.6rem 0 .8rem}
.pp-readme h2{font-size:1.45rem;margin:1.8rem 0 .6rem}
.pp-readme h3{font-size:1.2rem;margin:1.5rem 0 .5rem}
.pp-readme>:first-child{margin-top:0}
.pp-readme pre{overflow-x:auto;background:var(--code);border-radius:.4rem;padding:.8rem 1rem;
font-size:.875rem;line-height:1.5}
code,pre,kbd,tt{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.9em}
.pp-readme pre code{font-size:1em}
.pp-readme :not(pre)>code,.pp-readme tt{background:var(--code);border-radius:.25rem;padding:.1rem .3rem}
.pp-readme table{display:block;max-width:100%;overflow-x:auto;border-collapse:collapse;margin:1rem 0}
.pp-readme th,.pp-readme td{border:1px solid var(--line);padding:.35rem .75rem;text-align:left;vertical-align:top}
.pp-readme th{background:var(--panel)}
.pp-readme blockquote{margin:1rem 0;padding:.1rem 1rem;border-left:.25rem solid var(--line);color:var(--soft)}
.pp-readme aside{margin:1rem 0;padding:.1rem 1rem;border-left:.25rem solid var(--accent);background:var(--panel)}
.pp-readme aside>:first-child{font-weight:700}
.pp-readme hr{border:0;border-top:1px solid var(--line);margin:2rem 0}
.pp-readme .k,.pp-readme .kn,.pp-readme .kd,.pp-readme .kc,.pp-readme .ow,.pp-readme .nt{color:var(--tok-word)}
.pp-readme .s,.pp-readme .s1,.pp-readme .s2,.pp-readme .sd,.pp-readme .l{color:var(--tok-text)}
.pp-readme .mi,.pp-readme .mf,.pp-readme .m{color:var(--tok-number)}
.pp-readme .nf,.pp-readme .nc,.pp-readme .nb,.pp-readme .nd,.pp-readme .na{color:var(--tok-name)}
.pp-readme .c,.pp-readme .c1,.pp-readme .ch,.pp-readme .cm,.pp-readme .gp{color:var(--soft);font-style:italic}
@media (max-width:52rem){.pp-columns{grid-template-columns:minmax(0,1fr);gap:1rem}.pp-wide{padding-inline:1rem}
.pp-files dl{grid-template-columns:minmax(0,1fr);gap:0}.pp-files dd{margin-bottom:.4rem}}
"""

SCRIPT = """
(() => {
  const shown = document.documentElement.dataset.state;
  const say = document.getElementById("pypublish-live");
  const look = async () => {
    try {
      const answer = await fetch("/state", {cache: "no-store"});
      if ((await answer.text()) !== shown) { location.reload(); return; }
    } catch {
      say.textContent = "The preview has ended: this page does not follow your changes any more.";
      return;
    }
    setTimeout(look, 600);
  };
  setTimeout(look, 600);
})();
"""


def policy(*, live: bool) -> str:
    """Return the content security policy: our own style and script by their digests, images by https, nothing else."""
    rules = ["default-src 'none'", f"style-src {_digest(STYLE)}", "img-src https: data:"]
    if live:
        rules += [f"script-src {_digest(SCRIPT)}", "connect-src 'self'"]
    return "; ".join([*rules, "base-uri 'none'", "form-action 'none'"])


def _digest(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
