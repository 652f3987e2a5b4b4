# SPDX-License-Identifier: Apache-2.0
"""
Which names say that what they name is a secret, or personal.

:mod:`.secret_names` decides by the words of many languages (:mod:`.words`), and :mod:`.key_meaning` for the keys of rows.
:mod:`.stems` finds where in a text such a name can be; :mod:`.called_after` knows what is only called after a secret.
"""
