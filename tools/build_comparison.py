"""Write the figures that `benchmarks/compare.py` measured into the pages.

    python tools/build_comparison.py            # where they differ
    python tools/build_comparison.py --check    # write nothing

A page has a place for them between two comments,

    <!-- compared: table levels -->
    <!-- end -->

What stands between them is made of `benchmarks/results/*.json`: `table` or
`strips`, and the protocol. The images of draws are copied to
`docs/comparison/`.
"""

import argparse
import json
import re
import sys

from example_hashes import ROOT

RESULTS = ROOT / "benchmarks" / "results"
DOCS = ROOT / "docs"
STRIPS = DOCS / "comparison"
BLOCK = re.compile(
    r"(<!-- compared: (\w+) (\w+) -->\n).*?(<!-- end -->)", re.DOTALL
)


def results(protocol):
    """What was measured by a protocol, the best first."""
    found = [json.loads(path.read_text()) for path in RESULTS.glob("*.json")]
    found = [result for result in found if result["protocol"] == protocol]
    return sorted(found, key=cost)


def cost(result):
    return result["likelihood"]["nats"]


def table(protocol):
    lines = [
        "| Model | Weights | Training | Bits per dimension "
        "| Less by 64 draws of noise | Fréchet distance | Precision, recall "
        "| Coverage | Drawing 64 |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for result in results(protocol):
        samples = result["samples"]["samples"]
        cells = (
            f"[`{result['model']}`][keras_genmodels.{result['model']}]",
            f"{result['weights']:,}",
            training(result),
            *bits(result["likelihood"]),
            f"{samples['frechet_distance']:.2f}",
            f"{samples['precision']:.2f}, {samples['recall']:.2f}",
            f"{samples['coverage']:.2f}",
            drawing(result["drawing"]),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def training(result):
    minutes = result["seconds"]["processor"] / 60
    return f"{result['epochs']} epochs, {minutes:.0f} min, {result['backend']}"


def bits(likelihood):
    """By one draw, and the gain by many; or exact, and nothing."""

    def shown(value):
        return f"{value['bits']:.3f} ± {value['bits_error']:.3f}"

    if likelihood["kind"] == "exact":
        return shown(likelihood), ""
    return f"≤ {shown(likelihood)}", shown(likelihood["gain"])


def drawing(value):
    passes = f", {value['passes']} passes" if value.get("passes") else ""
    return f"{value['seconds']:.2g} s{passes}"


def strips(protocol):
    figures = []
    for result in results(protocol):
        name = f"{result['model']}.{result['recipe']}.png"
        figures.append(
            '<figure markdown="span">\n'
            f"![Twenty draws of {result['model']}](comparison/{name})"
            "{ .pixels }\n"
            f"<figcaption>{result['model']}</figcaption>\n"
            "</figure>\n"
        )
    return "\n".join(figures).rstrip()


def filled(text):
    """A page with what was measured in its places."""
    makers = {"table": table, "strips": strips}
    return BLOCK.sub(
        lambda block: f"{block[1]}\n{makers[block[2]](block[3])}\n\n{block[4]}",
        text,
    )


def contents():
    """What each file should hold: bytes by path."""
    expected = {
        STRIPS / path.name: path.read_bytes() for path in RESULTS.glob("*.png")
    }
    for page in (ROOT / "README.md", *DOCS.rglob("*.md")):
        text = page.read_text()
        if BLOCK.search(text):
            expected[page] = filled(text).encode()
    return expected


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    failed = 0
    for path, data in contents().items():
        if path.is_file() and path.read_bytes() == data:
            continue
        print(path.relative_to(ROOT).as_posix(), end="")
        if options.check:
            print(": differs from benchmarks/results")
            failed = 1
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
            print()
    return failed


if __name__ == "__main__":
    sys.exit(main())
