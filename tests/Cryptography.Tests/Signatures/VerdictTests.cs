using System.Numerics;
using System.Text;

namespace Consensus.Cryptography.Tests;

/// <summary>What is valid and what is not, where libraries are known to differ ("Taming the many EdDSAs", section 5): each case with each library.</summary>
[TestFixtureSource(typeof(Libraries), nameof(Libraries.All))]
internal sealed class VerdictTests(Ed25519Library library)
{
    private static readonly byte[] Seed = Inputs.Random(32, seed: 25519);
    private static readonly BigInteger Secret = EdwardsModel.Scalar(Seed);
    private static readonly ModelPoint Key = EdwardsModel.Multiply(Secret, EdwardsModel.Base);
    private static readonly BigInteger Nonce = EdwardsModel.Hash(Seed) % EdwardsModel.L;
    private static readonly ModelPoint R = EdwardsModel.Multiply(Nonce, EdwardsModel.Base);
    private static readonly IReadOnlyList<ModelPoint> SmallOrder = EdwardsModel.SmallOrder();

    private Ed25519 _ed25519 = null!;

    [OneTimeSetUp]
    public void Load() => _ed25519 = Libraries.Need(library);

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(64)]
    [TestCase(1000)]
    public void A_signature_of_its_own_is_valid_and_one_of_anything_else_is_not(int length)
    {
        using var key = _ed25519.CreateSigningKey(Seed);
        var message = Inputs.Random(length, length);
        var signature = key.Sign(message);
        Assert.That(_ed25519.Verify(key.PublicKey, message, signature), Is.True);
        Assert.That(_ed25519.Verify(key.PublicKey, [.. message, 0], signature), Is.False);
        Assert.That(_ed25519.Verify(default, message, signature), Is.False);
        Assert.That(_ed25519.Verify(key.PublicKey, message, default), Is.False);
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(8)]
    public void S_plus_a_multiple_of_the_order_is_no_second_signature(int times)
    {
        var message = "one signature"u8.ToArray();
        var (r, s) = Sign(R, Key, message);
        var larger = s + (times * EdwardsModel.L);
        Assert.That(Verdict(EdwardsModel.Encode(Key), message, r, larger), Is.EqualTo(times == 0));
    }

    [Test]
    public void S_is_compared_with_the_order_and_not_with_its_highest_bits()
    {
        using var scope = Assert.EnterMultipleScope();
        foreach (var (s, isCanonical) in new (BigInteger, bool)[]
        {
            (0, true), (EdwardsModel.L - 1, true), (EdwardsModel.L, false), (EdwardsModel.L + 1, false), (BigInteger.Pow(2, 252), true),
            (BigInteger.Pow(2, 252) + (BigInteger.One << 125), false), (BigInteger.Pow(2, 253), false), (BigInteger.Pow(2, 256) - 1, false),
            (EdwardsModel.L - (BigInteger.One << 64), true), (EdwardsModel.L + (BigInteger.One << 64), false),
            (EdwardsModel.L - (BigInteger.One << 64) + ulong.MaxValue - 0x5812_631A_5CF5_D3ED, true),
        })
        {
            Assert.That(StrictEncoding.IsScalar(EdwardsModel.Bytes(s)), Is.EqualTo(isCanonical), $"{s:x}");
        }
    }

    /// <summary>With a key of small order, kA is the neutral element for one message in eight at least: the signature R = SB then holds for a message nobody signed.</summary>
    [Test]
    public void A_key_of_small_order_verifies_nothing_in_either_encoding()
    {
        using var scope = Assert.EnterMultipleScope();
        foreach (var encoded in EncodingsOfSmallOrder())
        {
            var message = MessageFor(k => k % EdwardsModel.L % 8 == 0, EdwardsModel.Encode(R), encoded);
            Assert.That(Verdict(encoded, message, EdwardsModel.Encode(R), Nonce), Is.False, Convert.ToHexStringLower(encoded));
            Assert.That(StrictEncoding.IsPoint(encoded), Is.False, Convert.ToHexStringLower(encoded));
        }
    }

    [Test]
    public void R_of_small_order_is_refused_in_either_encoding()
    {
        using var scope = Assert.EnterMultipleScope();
        var key = EdwardsModel.Encode(Key);
        foreach (var encoded in EncodingsOfSmallOrder())
        {
            // S = ka: with R the neutral element, SB = R + kA holds.
            var message = Encoding.ASCII.GetBytes("small R");
            var s = EdwardsModel.Hash(encoded, key, message) * Secret % EdwardsModel.L;
            Assert.That(Verdict(key, message, encoded, s), Is.False, Convert.ToHexStringLower(encoded));
        }
    }

    [Test]
    public void Of_y_only_what_is_below_p_is_a_point()
    {
        using var scope = Assert.EnterMultipleScope();
        for (var y = EdwardsModel.P - 2; y < BigInteger.Pow(2, 255); y++)
        {
            foreach (var isNegative in new[] { false, true })
            {
                Assert.That(StrictEncoding.IsPoint(EdwardsModel.Encode(y, isNegative)), Is.EqualTo(y == EdwardsModel.P - 2), $"p + {y - EdwardsModel.P}, {isNegative}");
            }
        }

        Assert.That(EncodingsOfSmallOrder().Count(), Is.EqualTo(14), "8 points, 6 of them in a second form");
    }

    [Test]
    public void A_second_encoding_of_a_point_on_the_curve_verifies_nothing()
    {
        // Of the numbers y < 19 that have a second encoding y + p, those that are on the curve and not of small order.
        using var scope = Assert.EnterMultipleScope();
        var count = 0;
        for (BigInteger y = 2; y < 19; y++)
        {
            if (EdwardsModel.Decode(EdwardsModel.Encode(y, isNegative: false)) is { })
            {
                count++;
                var again = EdwardsModel.Encode(y + EdwardsModel.P, isNegative: false);
                var message = Encoding.ASCII.GetBytes($"y = {y}");
                Assert.That(Verdict(again, message, EdwardsModel.Encode(R), Nonce), Is.False);
                Assert.That(Verdict(EdwardsModel.Encode(Key), message, again, EdwardsModel.Hash(again, EdwardsModel.Encode(Key), message) * Secret % EdwardsModel.L), Is.False);
            }
        }

        Assert.That(count, Is.GreaterThan(4));
    }

    /// <summary>A key with a part of small order: k decides whether the equation holds without the cofactor; with it, it always does.</summary>
    [Test]
    public void A_key_of_mixed_order_verifies_what_holds_without_the_cofactor()
    {
        using var scope = Assert.EnterMultipleScope();
        var verdicts = new List<bool>();
        for (var i = 1; i < SmallOrder.Count; i++)
        {
            var mixed = EdwardsModel.Add(Key, SmallOrder[i]);
            foreach (var wanted in new[] { 0, 2, 3, 4 })
            {
                var message = MessageFor(k => k % EdwardsModel.L % 8 == wanted, EdwardsModel.Encode(R), EdwardsModel.Encode(mixed));
                var (r, s) = Sign(R, mixed, message);
                var verdict = Verdict(EdwardsModel.Encode(mixed), message, r, s);
                Assert.That(verdict, Is.EqualTo(wanted * i % 8 == 0), $"k = {wanted} mod 8, small part {i}");
                Assert.That(EdwardsModel.VerifyWithCofactor(EdwardsModel.Encode(mixed), message, [.. r, .. EdwardsModel.Bytes(s)]), Is.True);
                verdicts.Add(verdict);
            }
        }

        Assert.That(verdicts, Has.Member(true).And.Member(false));
    }

    [Test]
    public void R_of_mixed_order_is_not_made_good_by_the_cofactor()
    {
        using var scope = Assert.EnterMultipleScope();
        foreach (var small in SmallOrder)
        {
            var message = "mixed R"u8.ToArray();
            var (r, s) = Sign(EdwardsModel.Add(R, small), Key, message);
            Assert.That(Verdict(EdwardsModel.Encode(Key), message, r, s), Is.EqualTo(small == EdwardsModel.Neutral));
            Assert.That(EdwardsModel.VerifyWithCofactor(EdwardsModel.Encode(Key), message, [.. r, .. EdwardsModel.Bytes(s)]), Is.True);
        }
    }

    [Test]
    public void Bytes_that_are_no_point_verify_nothing()
    {
        var y = BigInteger.Zero;
        while (EdwardsModel.Decode(EdwardsModel.Encode(y, isNegative: false)) is not null)
        {
            y++;
        }

        var none = EdwardsModel.Encode(y, isNegative: false);
        Assert.That(Verdict(none, [1], EdwardsModel.Encode(R), Nonce), Is.False);
        Assert.That(Verdict(EdwardsModel.Encode(Key), [1], none, Nonce), Is.False);
    }

    /// <summary>All of them: canonical, with y + p where that fits, and with the sign that x = 0 does not have.</summary>
    private static IEnumerable<byte[]> EncodingsOfSmallOrder() =>
        SmallOrder
            .Select(point => point.Y)
            .SelectMany(y => y < 19 ? new[] { y, y + EdwardsModel.P } : [y])
            .Distinct()
            .SelectMany(y => new[] { EdwardsModel.Encode(y, isNegative: false), EdwardsModel.Encode(y, isNegative: true) });

    private static byte[] MessageFor(Func<BigInteger, bool> isWanted, byte[] r, byte[] key) =>
        Enumerable.Range(0, 10_000)
            .Select(i => Encoding.ASCII.GetBytes($"message {i}"))
            .First(message => isWanted(EdwardsModel.Hash(r, key, message)));

    private static (byte[] R, BigInteger S) Sign(ModelPoint r, ModelPoint key, byte[] message)
    {
        var encoded = EdwardsModel.Encode(r);
        return (encoded, (Nonce + (EdwardsModel.Hash(encoded, EdwardsModel.Encode(key), message) * Secret)) % EdwardsModel.L);
    }

    private bool Verdict(byte[] key, byte[] message, byte[] r, BigInteger s)
    {
        byte[] signature = [.. r, .. EdwardsModel.Bytes(s)];
        var verdict = _ed25519.Verify(new PublicKey(key), message, new Signature(signature));
        Assert.That(verdict, Is.EqualTo(EdwardsModel.Verify(key, message, signature)), "as the model");
        return verdict;
    }
}
