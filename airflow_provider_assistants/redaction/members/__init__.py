# SPDX-License-Identifier: Apache-2.0
"""
Which members of an object hold a secret by what stands beside them, and which only describe one.

:mod:`.pairs` of a name and a value, members whose keys do not say that they are the value (:mod:`.beside`), and columns that have
ids (:mod:`.keyed`). What only describes a secret stays (:mod:`.spared`).
"""
