"""python -m neuromem"""

from neuromem.cli import main

if __name__ == "__main__":
    main()
