"""Draw the figures of the theory pages.

    python tools/build_figures.py            # those that are out of date
    python tools/build_figures.py --force    # all
    python tools/build_figures.py --check    # draw nothing; needs no Matplotlib

`docs/figures/FAMILY/NAME.py` defines `draw()`, which returns a Matplotlib
figure or the text of an SVG. It becomes `docs/theory/FAMILY/figures/NAME.svg`.
The last line of that file is a hash of the script, of the modules in
`docs/figures` and of the package's code that the script imports, and of the
drawing, so that `--check` can tell a figure that is out of date or was edited
by hand.
"""

import argparse
import ast
import io
import os
import re
import runpy
import sys

from example_hashes import ROOT
from example_hashes import inputs_of
from example_hashes import sha256

SCRIPTS = ROOT / "docs" / "figures"
PAGES = ROOT / "docs" / "theory"


def drawing_of(script):
    """The file that a script is drawn into."""
    return PAGES / script.parent.name / "figures" / f"{script.stem}.svg"


def shared_modules(script):
    """Those in `docs/figures` that a script imports, directly or not."""
    found, queue = set(), [script]
    while queue:
        for node in ast.walk(ast.parse(queue.pop().read_text())):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module]
            new = {SCRIPTS / f"{name}.py" for name in names} - found
            new = {path for path in new if path.is_file()}
            found |= new
            queue += new
    return sorted(found)


def stamp(script, svg):
    """The last line of a drawing."""
    shared = [sha256(path.read_bytes()) for path in shared_modules(script)]
    made_from = [inputs_of(script), shared]
    return f"<!-- {sha256(repr([made_from, svg]).encode())} -->\n"


def is_fresh(script):
    path = drawing_of(script)
    if not path.is_file():
        return False
    text = path.read_text()
    svg = text[: text.rfind("<!--")]
    return text == svg + stamp(script, svg)


def draw(script):
    """The SVG of a script: the same whenever it is drawn."""
    drawn = runpy.run_path(script)["draw"]()
    if isinstance(drawn, str):
        return drawn
    file = io.StringIO()
    metadata = {"Date": None, "Creator": None}
    drawn.savefig(file, format="svg", metadata=metadata, dpi=45)
    # A hundredth of a point is enough; more would double the file.
    return re.sub(
        r' d="[^"]*"',
        lambda path: re.sub(
            r"-?\d+\.\d{3,}", lambda n: f"{float(n[0]):.2f}", path[0]
        ),
        file.getvalue(),
    )


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--force", action="store_true")
    options = parser.parse_args()
    sys.path[:0] = [str(SCRIPTS), str(ROOT)]
    os.environ.setdefault("KERAS_BACKEND", "jax")
    failed = 0
    scripts = sorted(SCRIPTS.glob("*/*.py"))
    for script in scripts:
        if is_fresh(script) and not options.force:
            continue
        print(script.relative_to(ROOT).as_posix(), end=": ", flush=True)
        if options.check:
            print("the drawing is out of date, or was edited by hand")
            failed += 1
            continue
        svg = draw(script)
        path = drawing_of(script)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(svg + stamp(script, svg))
        print(f"{path.stat().st_size / 1000:.0f} kB")
    for path in sorted(PAGES.glob("*/figures/*.svg")):
        if path not in map(drawing_of, scripts):
            print(f"{path.relative_to(ROOT)}: a drawing without a script")
            failed += 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
