# SPDX-License-Identifier: Apache-2.0
"""
Redaction: what is secret, or personal, never leaves a row, a text or a URL.

The other packages import from here only. From the outside in:

* **Rows.** :mod:`.redactor` walks the rows of a page key by key (:mod:`.columnar`) and remembers what it found out of each
  place (:mod:`.paths`, :mod:`.keys`). What a place says to hide is hidden with all below it (:mod:`.hiding`). A place says so by
  its key, because a vendor declares it, or by what stands beside it (:mod:`.members`; :mod:`.listed` in lists,
  :mod:`.answered` where no key says which member is named).
* **Texts of rows.** :mod:`.row_text` asks first whether a text can hold anything, of a whole column at once (:mod:`.prefilter`).
  JSON inside a text is redacted as a row is (:mod:`.embedded_json`).
* **Texts.** :mod:`.text` has all rules in their order: URLs (:mod:`.urls`, which knows their parts from :mod:`.url_parts`), keys
  that give themselves away by their shape (:mod:`.tokens`), the logins of commands and addresses (:mod:`.logins`), and what a
  text itself names as a secret (:mod:`.named_in_text`). Log lines and errors pass through the same rules, and lose the secrets
  that are ours besides (:mod:`.known_secrets`).
* **Personal data** in texts: :mod:`.personal`.
* **What all of them share**: whether a name is that of a secret (:mod:`.names`), and whether a value looks like one
  (:mod:`.values`).

A rule that is new needs a pattern of what it can find in its ``SUSPICIOUS…``, or no row is searched for it;
``tests/redaction/test_prefilter.py`` finds it out.
"""

from airflow_provider_assistants.redaction.columnar import RowColumn, columns_by_key
from airflow_provider_assistants.redaction.redactor import Redaction, Redactor
from airflow_provider_assistants.redaction.text import KnownSecrets, redact_text
from airflow_provider_assistants.redaction.urls import redact_url
from airflow_provider_assistants.redaction.values.randomness import REDACTED

__all__ = [
    "REDACTED",
    "KnownSecrets",
    "Redaction",
    "Redactor",
    "RowColumn",
    "columns_by_key",
    "redact_text",
    "redact_url",
]
