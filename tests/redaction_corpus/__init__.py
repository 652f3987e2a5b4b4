# SPDX-License-Identifier: Apache-2.0
"""
A corpus of planted secrets and of look-alikes, which measures what redaction promises.

The tables are YAML files: ``tuned/`` may be read by whoever writes the rules of redaction, ``held_out/`` may not. Values that
look like real tokens are generated from seeds, so that no file holds one. ``python -m tests.redaction_corpus`` prints recall
and precision by class.
"""
