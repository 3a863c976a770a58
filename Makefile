# Every target honours PORT (default 8000) and DATABASE_URL from the environment.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PORT ?= 8000
export PORT

BIN := .venv/bin
FLASK := $(BIN)/flask --app wsgi
ZH := senior_univ/translations/zh_Hans_CN/LC_MESSAGES/messages.po
POT ?= build/messages.pot
LOCK := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

.NOTPARALLEL:
.PHONY: help run test lint gate bench crash screens demo admin migrate lock translations pot install install-test catalogues

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

run: migrate ## install what is missing, fill an empty database with the demo, serve at 127.0.0.1:$PORT
	@$(FLASK) demo --if-empty
	@scripts/serve

test: install-test catalogues lint ## install what is missing, check and test everything, on SQLite and PostgreSQL
	$(BIN)/pytest -n 2 $(TESTS)

lint: install-test ## style, types, imports and templates
	@scripts/lint

gate: install-test catalogues ## the accessibility gate: every page in all nine ways of seeing it
	GATE=all $(BIN)/pytest -n 2 -m gate

screens: install-test catalogues ## screenshots of every page at three widths, into build/screens
	SCREENS=all $(BIN)/pytest -n 2 -m screens

bench: install-test catalogues ## measure, print a table, write build/bench.json
	$(BIN)/python -m tests.bench

crash: install-test catalogues ## kill workers while they send 100,000 texts: none twice, none lost; a quarter of an hour
	$(BIN)/python -m tests.crash

demo: migrate ## fill the database with demo data; LEARNERS=100000 makes a big one
	@$(FLASK) demo $(if $(LEARNERS),--learners $(LEARNERS))

admin: migrate ## create the first administrator
	@$(FLASK) create-admin

migrate: install catalogues ## bring the database to the newest schema and load the region codes
	@$(FLASK) migrate
	@$(FLASK) import-regions
	@$(FLASK) import-holidays
	@$(FLASK) import-subjects

lock: install-test ## pin every dependency of pyproject.toml, with hashes; UPGRADE=1 takes newer versions
	$(LOCK) $(if $(UPGRADE),--upgrade) --output-file requirements.txt
	$(LOCK) $(if $(UPGRADE),--upgrade) --extra test --extra aliyun --extra tencent --constraint requirements.txt \
		--output-file requirements-test.txt
	$(LOCK) --extra aliyun --constraint requirements-test.txt --output-file requirements-aliyun.txt
	$(LOCK) --extra tencent --constraint requirements-test.txt --output-file requirements-tencent.txt

translations: install-test pot ## collect the texts of code and templates into the zh-CN catalogue
	@test -s $(ZH) || $(BIN)/pybabel -q init -i $(POT) -o $(ZH) -l zh_Hans_CN --no-wrap
	@$(BIN)/pybabel -q update -i $(POT) -o $(ZH) -l zh_Hans_CN --no-wrap --omit-header --ignore-obsolete --no-fuzzy-matching

pot: # the texts of code and templates, untranslated, in $(POT)
	@mkdir -p $(dir $(POT))
	@$(BIN)/pybabel -q extract -F babel.cfg -k _l -k lazy_gettext -k lazy_ngettext:1,2 -k N_ --ignore-dirs ".* build instance" \
		--no-location --no-wrap --omit-header -o $(POT) .

install:
	@scripts/install run

install-test:
	@scripts/install test

catalogues: install
	@$(MAKE) --no-print-directory --silent $(ZH:.po=.mo)

%.mo: %.po # without a header the catalogue itself counts as fuzzy; a fuzzy text fails the tests
	@$(BIN)/pybabel -q compile --use-fuzzy -l zh_CN -i $< -o $@
