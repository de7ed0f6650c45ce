"""The functions of the database that write money.

They run as their owner, because the application's role may write neither balances nor
movements.
"""

from . import metrics, mining, opening, posting, transfer

FUNCTIONS = {
    **opening.FUNCTIONS,
    **posting.FUNCTIONS,
    **transfer.FUNCTIONS,
    **mining.FUNCTIONS,
    **metrics.FUNCTIONS,
}
"""By their signatures, for the migrations."""
