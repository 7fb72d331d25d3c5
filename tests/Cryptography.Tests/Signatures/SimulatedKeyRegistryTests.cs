namespace Consensus.Cryptography.Tests;

internal sealed class SimulatedKeyRegistryTests
{
    private readonly SimulatedKeyRegistry _registry = new(seed: 1);

    [TestCase(0)]
    [TestCase(64)]
    [TestCase(5000)]
    public void A_signature_is_valid_for_its_key_and_message_only(int length)
    {
        var message = Inputs.Random(length, length);
        var signer = _registry.CreateSigner(new NodeId(1));
        var signature = signer.Sign(message);
        using var scope = Assert.EnterMultipleScope();
        Assert.That(_registry.Verify(signer.PublicKey, message, signature), Is.True);
        Assert.That(_registry.Verify(signer.PublicKey, [.. message, 0], signature), Is.False);
        Assert.That(_registry.Verify(_registry.PublicKeyOf(new NodeId(2)), message, signature), Is.False);
        Assert.That(_registry.Verify(default, message, signature), Is.False);
        Assert.That(_registry.Verify(signer.PublicKey, message, default), Is.False);
    }

    [Test]
    public void Altering_any_bit_of_a_signature_makes_it_invalid()
    {
        var signer = _registry.CreateSigner(new NodeId(1));
        var bytes = new byte[Signature.Size];
        signer.Sign("message"u8).CopyTo(bytes);
        for (var bit = 0; bit < 8 * Signature.Size; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.That(_registry.Verify(signer.PublicKey, "message"u8, new Signature(bytes)), Is.False, $"bit {bit}");
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    /// <summary>All that an adversary can compute with: its own signer, the keys and signatures of the others, and the hash function.</summary>
    [Test]
    public void Whoever_has_no_signer_of_a_node_cannot_sign_for_it()
    {
        var victim = _registry.PublicKeyOf(new NodeId(1));
        var own = _registry.CreateSigner(new NodeId(2));
        var seen = _registry.CreateSigner(new NodeId(1)).Sign("earlier"u8);
        var forged = new byte[Signature.Size];
        var key = new byte[PublicKey.Size];
        victim.CopyTo(key);

        using var scope = Assert.EnterMultipleScope();
        Assert.That(_registry.Verify(victim, "forged"u8, own.Sign("forged"u8)), Is.False);
        Assert.That(_registry.Verify(victim, "forged"u8, seen), Is.False);
        Blake3.KeyedHash(key, "forged"u8, forged);
        Assert.That(_registry.Verify(victim, "forged"u8, new Signature(forged)), Is.False);
        Blake3.KeyedHash(new byte[32], "forged"u8, forged);
        Assert.That(_registry.Verify(victim, "forged"u8, new Signature(forged)), Is.False);
        Assert.That(_registry.Verify(victim, "forged"u8, new SimulatedKeyRegistry(seed: 2).CreateSigner(new NodeId(1)).Sign("forged"u8)), Is.False);
        Assert.That(typeof(SimulatedSigner).IsVisible, Is.False, "only the registry makes signers");
    }

    [Test]
    public void The_same_seed_gives_the_same_keys_and_signatures_and_another_seed_others()
    {
        var (one, again, other) = (_registry.CreateSigner(7), new SimulatedKeyRegistry(seed: 1).CreateSigner(7), new SimulatedKeyRegistry(seed: 2).CreateSigner(7));
        Assert.That(again.PublicKey, Is.EqualTo(one.PublicKey));
        Assert.That(again.Sign("x"u8), Is.EqualTo(one.Sign("x"u8)));
        Assert.That(other.PublicKey, Is.Not.EqualTo(one.PublicKey));
        Assert.That(Enumerable.Range(0, 1000).Select(i => _registry.PublicKeyOf((ulong)i)), Is.Unique);
    }

    [Test]
    public void Nothing_that_it_signs_is_a_real_signature_and_the_other_way_round()
    {
        var ed25519 = Ed25519.Load();
        using var real = ed25519.CreateSigningKey(Inputs.Random(32, 1));
        var simulated = _registry.CreateSigner(new NodeId(1));
        Assert.That(ed25519.Verify(simulated.PublicKey, "x"u8, simulated.Sign("x"u8)), Is.False);
        Assert.That(_registry.Verify(real.PublicKey, "x"u8, real.Sign("x"u8)), Is.False);
    }

    [Test]
    public void Signing_and_verifying_allocate_nothing()
    {
        var signer = _registry.CreateSigner(new NodeId(1));
        var message = Inputs.Random(150, 1);
        var isValid = _registry.Verify(signer.PublicKey, message, signer.Sign(message));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            isValid &= _registry.Verify(signer.PublicKey, message, signer.Sign(message));
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(isValid, Is.True);
    }
}
