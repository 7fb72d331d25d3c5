namespace Consensus.Cryptography.Tests;

[TestFixtureSource(typeof(Libraries), nameof(Libraries.All))]
internal sealed class Ed25519SigningKeyTests(Ed25519Library library)
{
    private static readonly byte[] Seed = Inputs.Random(32, seed: 7);

    private Ed25519 _ed25519 = null!;

    [OneTimeSetUp]
    public void Load() => _ed25519 = Libraries.Need(library);

    /// <summary>RFC 8032, section 7.1.</summary>
    [TestCase(
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")]
    [TestCase(
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")]
    [TestCase(
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a")]
    public void Keys_and_signatures_are_those_of_the_RFC(string seed, string publicKey, string message, string signature)
    {
        using var key = _ed25519.CreateSigningKey(Convert.FromHexString(seed));
        Assert.That(key.PublicKey.ToString(), Is.EqualTo(publicKey));
        Assert.That(key.Sign(Convert.FromHexString(message)).ToString(), Is.EqualTo(signature));
    }

    [Test]
    public void The_seed_comes_out_as_it_went_in()
    {
        using var key = _ed25519.CreateSigningKey(Seed);
        var seed = new byte[32];
        key.ExportSeed(seed);
        Assert.That(seed, Is.EqualTo(Seed));
    }

    [TestCase(0)]
    [TestCase(31)]
    [TestCase(33)]
    public void A_seed_of_another_length_is_refused(int length)
    {
        Assert.That(() => _ed25519.CreateSigningKey(new byte[length]), Throws.ArgumentException.With.Message.Contains($"32 bytes; {length} were given"));
        using var key = _ed25519.CreateSigningKey(Seed);
        Assert.That(() => key.ExportSeed(new byte[length]), Throws.ArgumentException);
        Assert.That(() => key.ExportPem(new byte[length]), Throws.ArgumentException);
    }

    [Test]
    public void A_key_that_is_wiped_says_so()
    {
        var key = _ed25519.CreateSigningKey(Seed);
        key.Dispose();
        key.Dispose();
        Assert.That(() => key.Sign("x"u8), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => key.ExportSeed(new byte[32]), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => key.ExportPem(new byte[Ed25519SigningKey.PemSize]), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void A_key_that_is_wiped_while_others_sign_is_wiped_after_them()
    {
        var expected = default(Signature);
        using (var key = _ed25519.CreateSigningKey(Seed))
        {
            expected = key.Sign("x"u8);
        }

        for (var round = 0; round < 50; round++)
        {
            var key = _ed25519.CreateSigningKey(Seed);
            Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ => SignUntilWiped(key, expected));
        }
    }

    [Test]
    public void Many_threads_sign_and_verify_with_one_key()
    {
        using var key = _ed25519.CreateSigningKey(Seed);
        var wrong = 0;
        Parallel.For(0, 500, i =>
        {
            var message = BitConverter.GetBytes(i);
            var signature = key.Sign(message);
            if (!_ed25519.Verify(key.PublicKey, message, signature) || _ed25519.Verify(key.PublicKey, BitConverter.GetBytes(i + 1), signature))
            {
                Interlocked.Increment(ref wrong);
            }
        });
        Assert.That(wrong, Is.Zero);
    }

    [Test]
    public void Signing_and_verifying_allocate_nothing()
    {
        using var key = _ed25519.CreateSigningKey(Seed);
        var message = Inputs.Random(200, 1);
        var signature = key.Sign(message);
        _ = _ed25519.Verify(key.PublicKey, message, signature);
        _ = _ed25519.Verify(key.PublicKey, message, default);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 20; i++)
        {
            signature = key.Sign(message);
            _ = _ed25519.Verify(key.PublicKey, message, signature);
            _ = _ed25519.Verify(key.PublicKey, default, signature);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void What_is_printed_of_a_key_is_its_public_half()
    {
        using var key = _ed25519.CreateSigningKey(Seed);
        Assert.That(key.ToString(), Is.EqualTo($"signing key of {key.PublicKey}"));
        foreach (var property in typeof(Ed25519SigningKey).GetProperties())
        {
            Secrets.AssertNoneIn($"{property.GetValue(key)}", Seed);
        }

        key.Dispose();
        Secrets.AssertNoneIn($"{Assert.Throws<ObjectDisposedException>(() => key.Sign([]))}", Seed);
    }

    private static void SignUntilWiped(Ed25519SigningKey key, Signature expected)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                if (key.Sign("x"u8) != expected)
                {
                    throw new InvalidOperationException("A key signed with a secret that was wiped.");
                }
            }
            catch (ObjectDisposedException)
            {
                return;
            }

            if (i == 3)
            {
                key.Dispose();
            }
        }
    }
}
