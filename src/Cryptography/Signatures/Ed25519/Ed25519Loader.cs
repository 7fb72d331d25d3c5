using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Consensus.Cryptography;

/// <summary>Finds a native library that computes Ed25519 as all replicas must.</summary>
internal static class Ed25519Loader
{
    private const string HowToInstall =
        "Install one: Debian and Ubuntu: apt-get install libsodium23, or libssl3; Alpine: apk add libcrypto3; RHEL and Fedora: dnf install openssl-libs; macOS: "
        + "brew install openssl@3; Windows: put libcrypto-3-x64.dll of OpenSSL 3 (on ARM libcrypto-3-arm64.dll), or libsodium.dll, beside the program.";

    /// <summary>Loads the first of several libraries that the machine has.</summary>
    /// <param name="libraries">Which to try, the best first.</param>
    /// <exception cref="ConsensusException">There is none that can be used; the message says why for each, and how to install one.</exception>
    public static Ed25519 Load(ReadOnlySpan<Ed25519Library> libraries) => Load(libraries, Open);

    /// <summary>Loads the first of several libraries that can be opened.</summary>
    /// <param name="libraries">Which to try, the best first.</param>
    /// <param name="open">Opens a file by its name; zero if there is none.</param>
    /// <exception cref="ConsensusException">There is none that can be used.</exception>
    public static Ed25519 Load(ReadOnlySpan<Ed25519Library> libraries, Func<string, nint> open)
    {
        var reasons = new List<string>();
        foreach (var library in libraries)
        {
            var names = NamesOf(library);
            var found = 0;
            foreach (var name in names)
            {
                if (open(name) is not 0 and var handle)
                {
                    found++;
                    if (TryUse(library, new NativeExports(handle), out var reason) is { } ed25519)
                    {
                        return ed25519;
                    }

                    reasons.Add($"{name} cannot be used: {reason}.");
                }
            }

            if (found == 0)
            {
                reasons.Add($"There is no {NameOf(library)} (looked for {string.Join(", ", names)}).");
            }
        }

        throw new ConsensusException(
            ConsensusFailure.InvalidConfiguration,
            $"Ed25519 signatures need a native library: libsodium up to 1.0.18, or OpenSSL's libcrypto from 3.0 on. {string.Join(' ', reasons)} {HowToInstall}");
    }

    private static Ed25519? TryUse(Ed25519Library library, NativeExports exports, out string reason)
    {
        try
        {
            var ed25519 = new Ed25519(Bind(library, exports));
            if (Ed25519Probes.FirstFailure(ed25519) is not { } failure)
            {
                reason = "";
                return ed25519;
            }

            reason = $"it is {ed25519.Version}, and not a library that {failure}; replicas with different libraries would not agree";
        }
        catch (Exception exception) when (exception is EntryPointNotFoundException or CryptographicException)
        {
            reason = exception.Message;
        }

        return null;
    }

    private static Ed25519Native Bind(Ed25519Library library, NativeExports exports) => library switch
    {
        Ed25519Library.Sodium => new SodiumEd25519(exports),
        Ed25519Library.OpenSsl => new OpenSslEd25519(exports),
    };

    private static string NameOf(Ed25519Library library) => library switch
    {
        Ed25519Library.Sodium => "libsodium",
        Ed25519Library.OpenSsl => "libcrypto of OpenSSL 3",
    };

    /// <summary>Under which names a library may be found. With the number of the interface first: that is what is there without development packages.</summary>
    private static string[] NamesOf(Ed25519Library library) => library switch
    {
        Ed25519Library.Sodium when OperatingSystem.IsWindows() => ["libsodium.dll"],
        Ed25519Library.Sodium when OperatingSystem.IsMacOS() =>
            ["libsodium.23.dylib", "libsodium.dylib", "/opt/homebrew/lib/libsodium.dylib", "/usr/local/lib/libsodium.dylib"],
        Ed25519Library.Sodium => ["libsodium.so.23", "libsodium.so.26", "libsodium.so"],
        Ed25519Library.OpenSsl when OperatingSystem.IsWindows() =>
            RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? ["libcrypto-3-arm64.dll"] : ["libcrypto-3-x64.dll"],

        // Never libcrypto.dylib: macOS ends processes that load it.
        Ed25519Library.OpenSsl when OperatingSystem.IsMacOS() =>
            ["libcrypto.3.dylib", "/opt/homebrew/opt/openssl@3/lib/libcrypto.3.dylib", "/usr/local/opt/openssl@3/lib/libcrypto.3.dylib"],
        Ed25519Library.OpenSsl => ["libcrypto.so.3", "libcrypto.so"],
    };

    // Beside the program, in its folder of native assets, and where the system looks.
    private static nint Open(string name) => NativeLibrary.TryLoad(name, typeof(Ed25519Loader).Assembly, searchPath: null, out var handle) ? handle : 0;
}
