using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace Consensus.Cryptography.Tests;

internal sealed class SigningKeyPemTests
{
    private const string Begin = "-----BEGIN PRIVATE KEY-----";
    private const string End = "-----END PRIVATE KEY-----";

    // RFC 8410, section 10.3: a key, and the same with attributes and its public key, in version 2 of the format.
    private const string OfTheRfc = "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC";
    private const string OfTheRfcWithPublicKey =
        "MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhCoB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=";
    private const string PublicKeyOfTheRfc = "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1";

    private static readonly byte[] Seed = Inputs.Random(32, seed: 8410);

    private readonly Ed25519 _ed25519 = Ed25519.Load();

    public static IEnumerable<TestCaseData> Refused()
    {
        using var rsa = RSA.Create(2048);
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        yield return Case("RSA", rsa.ExportPkcs8PrivateKeyPem(), "is an RSA key");
        yield return Case("RSA, PKCS#1", rsa.ExportRSAPrivateKeyPem(), "is an RSA key");
        yield return Case("P-256", ecdsa.ExportPkcs8PrivateKeyPem(), "is a key for ECDSA");
        yield return Case("P-256, SEC 1", ecdsa.ExportECPrivateKeyPem(), "is a key for ECDSA");
        yield return Case("X25519", Altered(bytes => bytes[11] = 110), "is a key for X25519");
        yield return Case("Ed448", Altered(bytes => bytes[11] = 113), "is an Ed448 key");
        yield return Case("encrypted", ecdsa.ExportEncryptedPkcs8PrivateKeyPem("password", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1)), "is an encrypted private key");
        yield return Case("public", "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n", "is a public key");
        yield return Case("OpenSSH", "-----BEGIN OPENSSH PRIVATE KEY-----\nMC4=\n-----END OPENSSH PRIVATE KEY-----\n", "OpenSSH");
        yield return Case("certificate", "-----BEGIN CERTIFICATE-----\nMC4=\n-----END CERTIFICATE-----\n", "is a certificate");
        yield return Case("another block", "-----BEGIN DH PARAMETERS-----\nMC4=\n-----END DH PARAMETERS-----\n", "not of a private key");
        yield return Case("empty", "", "no block in PEM form");
        yield return Case("text", "hello", "no block in PEM form");
        yield return Case("no end", $"{Begin}\n{OfTheRfc}\n", "no block in PEM form");
        yield return Case("bad base64", $"{Begin}\n{OfTheRfc[..20]}!{OfTheRfc[21..]}\n{End}\n", "no block in PEM form");
        yield return Case("no content", $"{Begin}\n{End}\n", "is damaged");
        yield return Case("cut off", Pem(Convert.FromBase64String(OfTheRfc)[..40]), "is damaged");
        yield return Case("bytes after the key", Pem([.. Convert.FromBase64String(OfTheRfc), 0]), "is damaged");
        yield return Case("text before the key", $"Private-Key:\n{Begin}\n{OfTheRfc}\n{End}\n", "before or after");
        yield return Case("text after the key", $"{Begin}\n{OfTheRfc}\n{End}\nx", "before or after");
        yield return Case("two keys", $"{Begin}\n{OfTheRfc}\n{End}\n{Begin}\n{OfTheRfc}\n{End}\n", "before or after");
        yield return Case("version 3", Altered(bytes => bytes[4] = 2), "unknown version");
        yield return Case("a secret of 31 bytes", Altered(bytes => (bytes[13], bytes[15]) = (33, 31), cut: 1), "32 bytes");
        yield return Case("another public key", Pem(AlteredLast(OfTheRfcWithPublicKey)), "not that of its private key");
        yield return Case("too long", new string(' ', 5000), "longer than 4096");
    }

    [TestCaseSource(nameof(Refused))]
    public void What_is_no_Ed25519_private_key_is_refused_with_the_reason(string pem, string reason)
    {
        var error = Assert.Throws<FormatException>(() => _ed25519.ImportPem(Encoding.UTF8.GetBytes(pem)));
        Assert.That(error.Message, Does.Contain(reason).And.Contain("allowed: an Ed25519 private key"));
        Assert.That(error.ToString(), Does.Not.Contain(OfTheRfc[22..30]), "nothing of the secret");
        Secrets.AssertNoneIn(error.ToString(), Convert.FromBase64String(OfTheRfc)[16..]);
    }

    [TestCase(OfTheRfc)]
    [TestCase(OfTheRfcWithPublicKey)]
    public void The_keys_of_the_RFC_are_read(string encoded)
    {
        using var key = _ed25519.ImportPem(Encoding.ASCII.GetBytes($"\r\n{Begin}\r\n{encoded[..40]}\r\n{encoded[40..]}\r\n{End}"));
        Assert.That(key.PublicKey.ToString(), Is.EqualTo(PublicKeyOfTheRfc));
    }

    [TestCaseSource(typeof(Libraries), nameof(Libraries.All))]
    public void A_key_comes_back_from_its_text(Ed25519Library library)
    {
        var ed25519 = Libraries.Need(library);
        using var key = ed25519.CreateSigningKey(Seed);
        var pem = Export(key);
        using var again = ed25519.ImportPem(pem);
        Assert.That(again.PublicKey, Is.EqualTo(key.PublicKey));
        Assert.That(again.Sign("x"u8), Is.EqualTo(key.Sign("x"u8)));
        Assert.That(Encoding.ASCII.GetString(pem), Does.Match($"^{Begin}\n[A-Za-z0-9+/]{{64}}\n{End}\n$"));
    }

    /// <summary>Nothing that anybody can do to the bytes makes reading fail in another way.</summary>
    [Test]
    public void Altered_keys_are_read_or_refused()
    {
        var good = Convert.FromBase64String(OfTheRfcWithPublicKey);
        for (var seed = 0; seed < 5000; seed++)
        {
            var random = new Random(seed);
            var bytes = good.ToArray();
            for (var i = random.Next(4); i >= 0; i--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                using var key = _ed25519.ImportPem(Encoding.ASCII.GetBytes(Pem(bytes[..random.Next(bytes.Length / 2, bytes.Length + 1)])));
            }
            catch (FormatException)
            {
                continue;
            }
            catch (Exception exception)
            {
                Assert.Fail($"seed {seed}: {exception}");
            }
        }
    }

    [Test]
    public async Task The_openssl_tool_reads_what_is_written_and_writes_what_is_read()
    {
        var file = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"key-{Guid.NewGuid():N}.pem");
        try
        {
            using var key = _ed25519.CreateSigningKey(Seed);
            await File.WriteAllBytesAsync(file, Export(key));
            var text = await OpenSslAsync("pkey", "-in", file, "-text", "-noout");
            var digits = text.Replace(":", "", StringComparison.Ordinal).ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal);
            Assert.That(digits, Does.Contain($"pub{key.PublicKey}"));
            Assert.That(digits, Does.Contain($"priv{Convert.ToHexStringLower(Seed)}pub"));

            await OpenSslAsync("genpkey", "-algorithm", "ed25519", "-out", file);
            using var made = _ed25519.ImportPem(await File.ReadAllBytesAsync(file));
            var der = await OpenSslAsync("pkey", "-in", file, "-pubout");
            Assert.That(der, Does.Contain(Convert.ToBase64String([.. Convert.FromHexString("302a300506032b6570032100"), .. Convert.FromHexString($"{made.PublicKey}")])));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static TestCaseData Case(string name, string pem, string reason) => new TestCaseData(pem, reason).SetArgDisplayNames(name);

    private static byte[] Export(Ed25519SigningKey key)
    {
        var pem = new byte[Ed25519SigningKey.PemSize];
        key.ExportPem(pem);
        return pem;
    }

    private static string Pem(byte[] content) => new(PemEncoding.Write("PRIVATE KEY", content));

    private static string Altered(Action<byte[]> alter, int cut = 0)
    {
        var bytes = Convert.FromBase64String(OfTheRfc);
        alter(bytes);
        bytes[1] -= (byte)cut;
        return Pem(bytes[..^cut]);
    }

    private static byte[] AlteredLast(string encoded)
    {
        var bytes = Convert.FromBase64String(encoded);
        bytes[^1] ^= 1;
        return bytes;
    }

    private static async Task<string> OpenSslAsync(params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("openssl", arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEndAsync();
            var said = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.That(process.ExitCode, Is.Zero, await errors);
            return said;
        }
        catch (Win32Exception)
        {
            Assert.Ignore("openssl is not installed (Debian: apt-get install openssl).");
            throw;
        }
    }
}
