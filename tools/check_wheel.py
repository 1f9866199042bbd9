"""Install the wheel into clean environments, and use it as a reader would.

    python tools/check_wheel.py [--all] [BACKEND ...]

One environment holds no backend (the import must say how to get one), the
others one backend each: the import must find it without being told, within
0.3 s beyond the import of Keras; a model trains; a script of the examples and a
notebook of the site run in an empty folder, or with `--all` every one of them.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
BACKENDS = ("tensorflow", "jax", "torch")
TRAIN = """
import sys
import keras_genmodels as kgm
import keras
assert keras.backend.backend() == sys.argv[1], keras.backend.backend()
assert "site-packages" in kgm.__file__, kgm.__file__
(x, _), _ = kgm.datasets.load("digits")
vae = kgm.VAE.from_shape(x.shape[1:])
vae.compile()
vae.fit(x, verbose=0)
assert vae.sample(3).shape == (3, 8, 8, 1)
kgm.metrics.load_classifier("digits")  # the wheel holds its weights
print(f"{sys.argv[1]}: trained on the digits with Keras {keras.__version__}")
"""
SCRIPT = "gaussians/multivariate_gaussian.py"
NOTEBOOK = "autoencoders/denoising_autoencoder/denoising_autoencoder.ipynb"
RUN_SCRIPT = """
import runpy, sys
sys.argv = [sys.argv[1], "--smoke"]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
# The code of a notebook, without a notebook's program, and hardly training.
RUN_NOTEBOOK = """
import json, sys
cells = json.load(open(sys.argv[1]))["cells"]
code = ["".join(c["source"]) for c in cells if c["cell_type"] == "code"]
sys.argv = ["notebook", "--smoke"]
exec("\\n".join(code), {"__name__": "__main__", "display": print})
"""
TIME = """
import os, sys, time
os.environ["KERAS_BACKEND"] = sys.argv[1]
import keras
start = time.perf_counter()
import keras_genmodels
print(time.perf_counter() - start)
"""


def run(python, script, *arguments, folder):
    # A home of its own: no `keras.json` of the user's, and no `PYTHONPATH`.
    environment = {
        "HOME": str(folder),
        "PATH": os.environ["PATH"],
        "MPLBACKEND": "agg",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    return subprocess.run(
        [python, "-c", script, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )


def install(folder, requirement):
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    python = folder / "bin" / "python"
    subprocess.run(
        [python, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        + ["-c", ROOT / "constraints.txt", requirement],
        check=True,
    )
    return python


def check(done, text=""):
    if done.returncode or text not in done.stdout:
        sys.exit(f"{done.args}\n{done.stdout}\n{done.stderr}")
    return done.stdout.strip()


def main(arguments):
    everything = "--all" in arguments
    backends = [name for name in arguments if name != "--all"] or BACKENDS
    scripts = sorted(
        (ROOT / "examples").glob("*/*.py" if everything else SCRIPT)
    )
    notebooks = sorted(
        (ROOT / "docs" / "examples").glob(
            "*/*/*.ipynb" if everything else NOTEBOOK
        )
    )
    assert scripts and notebooks
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.run(
            [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps"]
            + ["--disable-pip-version-check", "-w", folder, ROOT],
            check=True,
        )
        (wheel,) = folder.glob("*.whl")
        python = install(folder / "env_none", str(wheel))
        done = run(python, "import keras_genmodels", folder=folder)
        if done.returncode == 0 or "pip install" not in done.stderr:
            sys.exit(f"expected an ImportError that helps:\n{done.stderr}")
        print("no backend: the import says which `pip install` brings one")
        for backend in backends:
            # Some of the examples show figures to move.
            extras = f"{backend},interactive" if everything else backend
            python = install(folder / f"env_{backend}", f"{wheel}[{extras}]")
            print(check(run(python, TRAIN, backend, folder=folder), backend))
            for file in (*scripts, *notebooks):
                code = RUN_SCRIPT if file.suffix == ".py" else RUN_NOTEBOOK
                with tempfile.TemporaryDirectory() as empty:
                    check(run(python, code, str(file), folder=empty))
                print(f"{backend}: ran {file.name}", flush=True)
            seconds = min(
                float(check(run(python, TIME, backend, folder=folder)))
                for _ in range(3)
            )
            if seconds > 0.3:
                sys.exit(f"{backend}: the import took {seconds:.2f} s")
            print(f"{backend}: imported in {seconds:.3f} s beyond Keras")


if __name__ == "__main__":
    main(sys.argv[1:])
