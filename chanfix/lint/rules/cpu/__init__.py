"""The CPUs of a guest: their number, topology and features, and the threads of the host behind them."""
