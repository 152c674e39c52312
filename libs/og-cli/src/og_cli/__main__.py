from og_cli.main import main

if __name__ == "__main__":
    main()
