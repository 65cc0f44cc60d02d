"""How translatable strings get from Python, templates and JavaScript into locale/, without gettext's tools.

May touch: files of the repository. Leaves to others: `chat.i18n` hands the browser its part at run time.
"""
