# SPDX-License-Identifier: Apache-2.0
"""
Whether a value looks like a secret, whatever it is called.

:mod:`.plausible` judges settings, commands, pairs and sentences alike. A placeholder is no secret (:mod:`.placeholders`), and
neither is what is said of a secret in its place (:mod:`.remarks`) or identifies an object (:mod:`.object_ids`).
:mod:`.randomness` says what only chance makes.
"""
