# SPDX-License-Identifier: Apache-2.0
"""
Redaction: what is secret, or personal, never leaves a row, a text or a URL.

The other packages import from here only. How a value is judged, from the outside in:

* **Rows.** :mod:`.redactor` walks the rows of a page key by key (:mod:`.columnar`) and remembers what it found out of each
  place (:mod:`.paths`). What a place says to hide is hidden with all below it (:mod:`.hiding`), but for what only describes it
  (:mod:`.spared`) or is only called after it (:mod:`.called_after`). A place says so by its key (:mod:`.keys`,
  :mod:`.key_meaning`), by a name beside it (:mod:`.pairs`, :mod:`.listed` in lists, :mod:`.keyed` where columns have ids, or
  :mod:`.beside` and :mod:`.answered` where no key says which member is named) or because a vendor declares it.
* **Names.** :mod:`.names` decides which names are those of secrets, by the words of many languages (:mod:`.words`).
* **Texts of rows.** :mod:`.row_text` asks first whether a text can hold anything, of a whole column at once (:mod:`.prefilter`).
  JSON inside a text is redacted as a row is (:mod:`.embedded_json`).
* **Texts.** :mod:`.text` has all rules in their order: URLs (:mod:`.urls`, by :mod:`.url_hosts`, :mod:`.url_names` and
  :mod:`.url_values`; those that differ in their secrets only, by :mod:`.url_frames`), the shapes of well-known keys
  (:mod:`.token_shapes`), keys of unknown
  issuers (:mod:`.prefixed_keys`, :mod:`.bare_keys`, :mod:`.grouped_keys`, by :mod:`.randomness`, unless :mod:`.object_ids` or
  :mod:`.run_context` says that they are ids, digests or files), and what a text itself names as a secret: the logins of
  commands, addresses and notes (:mod:`.command_shapes`, :mod:`.login_shapes`, :mod:`.logins`), and what stands around a name
  (:mod:`.named_secrets`, which begins where :mod:`.name_stems` finds a word and reads what is around it, :mod:`.text_names`):
  assigned, all of a header (:mod:`.text_headers`), in a sentence (:mod:`.prose`, which reads :mod:`.clauses` and
  :mod:`.phrases`), in a column below it (:mod:`.text_tables`), or in a block of settings (:mod:`.text_blocks`), unless it is an
  expression that asks for it (:mod:`.expressions`). All of them judge values alike (:mod:`.plausible`). None of them takes out
  a placeholder (:mod:`.placeholders`), or what is said of a secret in its place (:mod:`.remarks`). Log
  lines and errors pass through the same rules, and lose the secrets that are ours besides (:mod:`.known_secrets`).
* **Personal data** in texts: :mod:`.personal`.

A rule that is new needs a pattern of what it can find in its ``SUSPICIOUS…``, or no row is searched for it;
``tests/redaction/test_prefilter.py`` finds it out.
"""

from airflow_provider_assistants.redaction.columnar import RowColumn, columns_by_key
from airflow_provider_assistants.redaction.randomness import REDACTED
from airflow_provider_assistants.redaction.redactor import Redaction, Redactor
from airflow_provider_assistants.redaction.text import KnownSecrets, redact_text
from airflow_provider_assistants.redaction.urls import redact_url

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
