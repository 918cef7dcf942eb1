"""`rpc`, or `python -m client`: hands over to the command line."""

from client.cli.main import rpc


def main() -> None:
    """Runs `rpc` with the arguments of the process; exits with its code."""
    rpc(prog_name="rpc")


if __name__ == "__main__":
    main()
