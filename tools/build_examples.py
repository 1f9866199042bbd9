"""Execute the examples and write their pages.

    python tools/build_examples.py            # the pages that are out of date
    python tools/build_examples.py --force    # all
    python tools/build_examples.py --check    # execute nothing; needs no Keras

`examples/FAMILY/MODEL.py` runs in a fresh kernel, in a temporary folder, and
becomes `docs/examples/FAMILY/MODEL.md`, beside a folder with its figures, the
notebook to download, and `meta.json`. That file holds hashes of the script, of
the package's code that the script imports (without comments and docstrings) and
of the pages' files, so that `--check` can tell a page that is out of date or
was edited by hand. A failing example leaves its old page as it was.

A cell that ends in a Plotly figure becomes a page of its own in that folder,
shown in a frame. Those pages load plotly.js from the site, where this script
puts it, in a file that is not in the repository. The GIF that a cell displays
becomes a file in the folder.
"""

import argparse
import ast
import importlib.metadata
import importlib.util
import json
import os
import pathlib
import re
import shutil
import sys
import tempfile
import time

from example_hashes import PACKAGE
from example_hashes import PAGES
from example_hashes import ROOT
from example_hashes import SCRIPTS
from example_hashes import inputs_of
from example_hashes import names_used
from example_hashes import outputs_of
from example_hashes import page_of
from example_hashes import why_stale
from moving_figures import take_out_animations
from moving_figures import take_out_frames

PLOTLY_JS = ROOT / "docs" / "assets" / "vendor" / "plotly" / "plotly.min.js"
TEMPLATE = """
{%- extends 'markdown/index.md.j2' -%}
{%- macro printed(text) %}
```{ .text .output .no-copy }
{{ text.rstrip() }}
```
{% endmacro -%}
{%- block stream %}{{ printed(output.text) }}{% endblock -%}
{%- block data_text scoped %}{{ printed(output.data['text/plain']) }}
{%- endblock -%}
{%- block data_png scoped %}
![{{ cell.metadata.alt or 'Figure' }}](
{{- output.metadata.filenames['image/png'] | path2url }})
{% endblock -%}
"""


def execute(script, folder):
    """Run a script as a notebook, in `folder`; return it with its outputs."""
    import jupytext
    from nbclient import NotebookClient

    notebook = jupytext.read(script, fmt="py:percent")
    for i, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{i}"  # else random, and new in every build
    notebook.metadata = {
        "kernelspec": {
            "name": "python3",
            "display_name": "Python 3",
            "language": "python",
        },
        "language_info": {"name": "python"},
    }
    NotebookClient(
        notebook,
        timeout=900,
        kernel_name="python3",
        coalesce_streams=True,  # else as many as there happened to be messages
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": folder}},
    ).execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        cell["outputs"] = [
            tidy(output)
            for output in cell.get("outputs", ())
            if output.get("name") != "stderr"
        ]
        if cell.cell_type != "code":
            del cell["outputs"]
    return notebook


def tidy(output):
    """Keep of a progress bar what it shows in the end."""
    if output.output_type == "stream":
        text = re.sub(r"\x1b\[[0-9;]*m", "", output.text)
        text = re.sub(r"[^\n]*\x08", "", text)
        output.text = re.sub(r"[^\n]*\r(?!\n)", "", text)
    return output


def provide_plotly():
    """Copy plotly.js from the installed package to the site's files."""
    if not any(PAGES.rglob("*.html")):
        return
    spec = importlib.util.find_spec("plotly")
    if spec is None:
        raise SystemExit("The site's figures need: pip install plotly")
    source = pathlib.Path(spec.origin).parent / "package_data" / PLOTLY_JS.name
    PLOTLY_JS.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, PLOTLY_JS)


def write_page(script, notebook, seconds, forbidden):
    """Write the page, its figures, the notebook and the hashes."""
    import nbformat
    from jinja2 import DictLoader
    from nbconvert import MarkdownExporter

    page, folder = page_of(script)
    files = take_out_frames(notebook) | take_out_animations(notebook)
    exporter = MarkdownExporter(
        extra_loaders=[DictLoader({"page.md.j2": TEMPLATE})],
        template_file="page.md.j2",
    )
    body, resources = exporter.from_notebook_node(
        notebook, {"unique_key": "figure", "output_files_dir": folder.name}
    )
    for path in filter(None, forbidden):
        if path in body:
            raise RuntimeError(f"the page would show the machine path {path}")
    names = names_used(ast.parse(script.read_text()))
    used = sorted(
        name
        for name in names - {PACKAGE}
        if not any(other.startswith(f"{name}.") for other in names)
    )
    links = ", ".join(f"[`{n.split('.', 1)[1]}`][{n}]" for n in used)
    backend = os.environ["KERAS_BACKEND"]
    body = re.sub(r"\n{3,}", "\n\n", body).strip() + (
        f"\n\n---\n\nThis page is `{script.relative_to(ROOT).as_posix()}`, "
        f"executed in {seconds:.0f} s with Keras "
        f"{importlib.metadata.version('keras')} on {backend} "
        f"{importlib.metadata.version(backend)}. "
        f"[Download the notebook]({folder.name}/{folder.name}.ipynb).\n\n"
        f"It uses {links}.\n"
    )
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    page.write_text(body)
    for name, data in resources["outputs"].items():
        (page.parent / name).write_bytes(data)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        else:
            # A downloaded notebook has no pages beside it.
            cell.source = re.sub(
                r"\[([^]]+)\]\((?!https?:)[^)]+\)", r"\1", cell.source
            )
    nbformat.write(notebook, folder / f"{folder.name}.ipynb")
    meta = {"inputs": inputs_of(script), "outputs": outputs_of(page, folder)}
    (folder / "meta.json").write_text(json.dumps(meta, indent=2) + "\n")


def build(script):
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "KERAS_BACKEND": "jax",
            "IPYTHONDIR": folder,  # no user's start-up files
            "PLOTLY_RENDERER": "plotly_mimetype",
            "PYTHONPATH": str(ROOT),
        }
        start = time.perf_counter()
        notebook = execute(script, folder)
        seconds = time.perf_counter() - start
        forbidden = (folder, str(ROOT), sys.prefix, str(pathlib.Path.home()))
        write_page(script, notebook, seconds, forbidden)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--force", action="store_true")
    options = parser.parse_args()
    failed = 0
    scripts = sorted(SCRIPTS.glob("*/*.py"))
    for script in scripts:
        name = script.relative_to(ROOT).as_posix()
        reason = "is built on demand" if options.force else why_stale(script)
        if reason is None:
            continue
        print(f"{name}: the page {reason}", flush=True)
        if options.check:
            failed += 1
            continue
        try:
            build(script)
        except Exception as error:  # whatever the example raised
            print(f"{name} FAILED: {error}", flush=True)
            failed += 1
    provide_plotly()
    folders = {page_of(script)[1] for script in scripts}
    for meta in sorted(PAGES.rglob("meta.json")):
        if meta.parent not in folders:
            print(f"{meta.parent.relative_to(ROOT)}: a page without a script")
            failed += 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
