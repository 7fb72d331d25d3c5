namespace Consensus.Cryptography.Tests;

internal sealed class LoadingTests
{
    [Test]
    public void Where_there_is_no_library_the_error_names_both_and_how_to_install_one()
    {
        var names = new List<string>();
        var error = Assert.Throws<ConsensusException>(() => Ed25519Loader.Load(
            [Ed25519Library.Sodium, Ed25519Library.OpenSsl],
            name =>
            {
                names.Add(name);
                return 0;
            }));
        Assert.That(error.Reason, Is.EqualTo(ConsensusFailure.InvalidConfiguration));
        Assert.That(error.Message, Does.Contain("libsodium23").And.Contain("libssl3").And.Contain("Alpine").And.Contain("RHEL").And.Contain("macOS").And.Contain("Windows"));
        foreach (var name in names)
        {
            Assert.That(error.Message, Does.Contain(name));
        }
    }

    [Test]
    public void Libsodium_is_preferred_and_OpenSSL_stands_in()
    {
        var sodium = Libraries.Need(Ed25519Library.Sodium);
        Assert.That(Ed25519.Load().Library, Is.EqualTo(Ed25519Library.Sodium));
        Assert.That(sodium.Version, Does.StartWith("libsodium 1."));
        var without = Ed25519Loader.Load([Ed25519Library.Sodium, Ed25519Library.OpenSsl], name => name.Contains("sodium", StringComparison.Ordinal) ? 0 : Open(name));
        Assert.That(without.Library, Is.EqualTo(Ed25519Library.OpenSsl));
        Assert.That(without.Version, Does.StartWith("OpenSSL 3."));
    }

    [Test]
    public void A_library_of_that_name_that_is_another_one_is_passed_over_with_the_reason()
    {
        var other = Open("libc.so.6");
        Assume.That(other, Is.Not.Zero, "a library that is neither");
        var error = Assert.Throws<ConsensusException>(() => Ed25519Loader.Load([Ed25519Library.Sodium, Ed25519Library.OpenSsl], _ => other));
        Assert.That(error.Message, Does.Contain("crypto_sign_ed25519_verify_detached").And.Contain("OpenSSL_version_num"));
        var loaded = Ed25519Loader.Load(
            [Ed25519Library.Sodium, Ed25519Library.OpenSsl],
            name => name.Contains("sodium", StringComparison.Ordinal) ? other : Open(name));
        Assert.That(loaded.Library, Is.EqualTo(Ed25519Library.OpenSsl));
    }

    private static nint Open(string name) => System.Runtime.InteropServices.NativeLibrary.TryLoad(name, out var handle) ? handle : 0;
}
