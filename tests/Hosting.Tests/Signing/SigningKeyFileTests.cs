using System.Runtime.Versioning;
using System.Security.Cryptography;
using Consensus.Cryptography;

namespace Consensus.Hosting.Tests;

internal sealed class SigningKeyFileTests
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly Ed25519 _ed25519 = Ed25519.Load();

    private string _folder = "";
    private string _file = "";

    [SetUp]
    public void Prepare()
    {
        _folder = Directory.CreateTempSubdirectory("consensus-signing-").FullName;
        _file = Path.Combine(_folder, "node-1.signing.key");
    }

    [TearDown]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Generated_keys_differ() =>
        Assert.That(Enumerable.Range(0, 20).Select(_ => GeneratedPublicKey()), Is.Unique);

    [Test]
    public void A_key_that_is_written_is_read_again()
    {
        using var key = SigningKeyFile.Generate(_ed25519);
        SigningKeyFile.Write(_file, key);
        using var again = SigningKeyFile.Open(_file, _ed25519);
        Assert.That(again.PublicKey, Is.EqualTo(key.PublicKey));
        Assert.That(Directory.GetFileSystemEntries(_folder), Is.EqualTo(new[] { _file }), "nothing is left of the writing");
    }

    [Test]
    [Platform(Exclude = "Win")]
    [UnsupportedOSPlatform("windows")]
    public void Only_its_owner_can_read_what_is_written()
    {
        using var key = SigningKeyFile.Generate(_ed25519);
        SigningKeyFile.Write(_file, key);
        Assert.That(File.GetUnixFileMode(_file), Is.EqualTo(OwnerOnly));
    }

    [Test]
    public void A_file_that_is_there_stays_unless_it_is_to_be_replaced()
    {
        File.WriteAllText(_file, "precious");
        using var key = SigningKeyFile.Generate(_ed25519);
        var error = Assert.Throws<IOException>(() => SigningKeyFile.Write(_file, key));
        Assert.That(error.Message, Does.Contain(_file).And.Contain("exists already"));
        Assert.That(File.ReadAllText(_file), Is.EqualTo("precious"));
        Assert.That(Directory.GetFileSystemEntries(_folder), Has.Length.EqualTo(1));

        SigningKeyFile.Write(_file, key, overwrite: true);
        using var again = SigningKeyFile.Open(_file, _ed25519);
        Assert.That(again.PublicKey, Is.EqualTo(key.PublicKey));
    }

    [Test]
    public void A_folder_that_is_not_there_is_said()
    {
        using var key = SigningKeyFile.Generate(_ed25519);
        Assert.Throws<DirectoryNotFoundException>(() => SigningKeyFile.Write(Path.Combine(_folder, "no", "file"), key));
    }

    [TestCase(UnixFileMode.GroupRead, "640")]
    [TestCase(UnixFileMode.GroupWrite, "620")]
    [TestCase(UnixFileMode.OtherRead, "604")]
    [TestCase(UnixFileMode.OtherWrite, "602")]
    [TestCase(UnixFileMode.GroupRead | UnixFileMode.OtherRead, "644")]
    [Platform(Exclude = "Win")]
    [UnsupportedOSPlatform("windows")]
    public void A_file_that_others_can_read_or_write_is_refused(UnixFileMode more, string mode)
    {
        using var key = SigningKeyFile.Generate(_ed25519);
        SigningKeyFile.Write(_file, key);
        File.SetUnixFileMode(_file, OwnerOnly | more);
        var error = Assert.Throws<ConsensusException>(() => SigningKeyFile.Open(_file, _ed25519));
        Assert.That(error.Reason, Is.EqualTo(ConsensusFailure.InvalidConfiguration));
        Assert.That(error.Message, Does.Contain(_file).And.Contain($"the mode {mode};").And.Contain("allowed:").And.Contain("600"));
    }

    [TestCase(OwnerOnly)]
    [TestCase(UnixFileMode.UserRead)]
    [Platform(Exclude = "Win")]
    [UnsupportedOSPlatform("windows")]
    public void A_file_of_its_owner_alone_is_read(UnixFileMode mode)
    {
        using var key = SigningKeyFile.Generate(_ed25519);
        SigningKeyFile.Write(_file, key);
        File.SetUnixFileMode(_file, mode);
        using var again = SigningKeyFile.Open(_file, _ed25519);
        Assert.That(again.PublicKey, Is.EqualTo(key.PublicKey));
    }

    [Test]
    public void What_cannot_be_read_or_is_no_key_is_said_with_the_file()
    {
        using var rsa = RSA.Create(2048);
        using var scope = Assert.EnterMultipleScope();
        Assert.That(Refusal(() => { }), Does.Contain("cannot be read"));
        Assert.That(Refusal(() => WriteClosed("hello")), Does.Contain("no block in PEM form").And.Contain("allowed: an Ed25519 private key"));
        Assert.That(Refusal(() => WriteClosed(rsa.ExportPkcs8PrivateKeyPem())), Does.Contain("which is an RSA key; allowed:"));
        Assert.That(Refusal(() => WriteClosed(new string('x', 10_000))), Does.Contain("longer than 4096 bytes"));
        Assert.That(Refusal(() => WriteClosed("")), Does.Contain("no block in PEM form"));
        File.Delete(_file);
        Assert.That(Refusal(() => Directory.CreateDirectory(_file)), Does.Contain("cannot be read"));
    }

    [Test]
    public void No_refusal_has_the_secret()
    {
        using var key = SigningKeyFile.Generate(_ed25519);
        SigningKeyFile.Write(_file, key);
        var pem = File.ReadAllText(_file);
        var secret = pem.Split('\n')[1][22..];
        using var scope = Assert.EnterMultipleScope();
        foreach (var damaged in new[] { pem + "x", pem.Replace("PRIVATE", "ODD", StringComparison.Ordinal), pem[..60], pem.Replace("MC4", "MC5", StringComparison.Ordinal), secret })
        {
            var error = Assert.Throws<ConsensusException>(() =>
            {
                WriteClosed(damaged);
                SigningKeyFile.Open(_file, _ed25519).Dispose();
            });
            Assert.That(error!.ToString(), Does.Not.Contain(secret[..8]));
        }
    }

    private PublicKey GeneratedPublicKey()
    {
        using var key = SigningKeyFile.Generate(_ed25519);
        return key.PublicKey;
    }

    private string Refusal(Action prepare)
    {
        prepare();
        var message = Assert.Throws<ConsensusException>(() => SigningKeyFile.Open(_file, _ed25519)).Message;
        Assert.That(message, Does.Contain($"\"{_file}\""));
        return message;
    }

    private void WriteClosed(string text)
    {
        File.WriteAllText(_file, text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_file, OwnerOnly);
        }
    }
}
