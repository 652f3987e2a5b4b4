# SPDX-License-Identifier: Apache-2.0
"""
Secrets that a text names.

:mod:`.named_secrets` finds the names, with the words around them (:mod:`.names`), and reads what stands around each: what is
assigned (:mod:`.assigned`), all of a header (:mod:`.headers`), what a sentence states (:mod:`.sentences`, of :mod:`.clauses` and
:mod:`.phrases`, and :mod:`.stated_logins`), the column below it (:mod:`.tables`) or the block of settings (:mod:`.blocks`),
unless it is an expression that asks for it (:mod:`.expressions`).
"""
