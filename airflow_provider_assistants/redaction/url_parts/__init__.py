# SPDX-License-Identifier: Apache-2.0
"""
What is known of the parts of URLs; :mod:`airflow_provider_assistants.redaction.urls` puts it together.

Hosts whose pages have random names (:mod:`.hosts`), what a random segment of a path names (:mod:`.segments`), which values of a
query nobody keeps secret (:mod:`.query_values`), and URLs that differ in their secrets only (:mod:`.frames`).
"""
