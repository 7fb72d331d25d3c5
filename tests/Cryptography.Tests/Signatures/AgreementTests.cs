namespace Consensus.Cryptography.Tests;

/// <summary>Both libraries, and for a part the plain arithmetic, on altered signatures: replicas with different libraries must not disagree about one.</summary>
internal sealed class AgreementTests
{
    private static readonly byte[][] Curious =
    [
        .. EdwardsModel.SmallOrder().Select(EdwardsModel.Encode),
        .. new[] { EdwardsModel.P, EdwardsModel.P + 1, EdwardsModel.P - 1, EdwardsModel.P + 3, EdwardsModel.L, EdwardsModel.L - 1, 0, 1 }.Select(EdwardsModel.Bytes),
    ];

    [TestCase(0, 4000)]
    public void Every_library_has_the_same_verdict_on_random_alterations(int first, int runs)
    {
        Ed25519[] libraries = [.. Libraries.All.Select(Libraries.Need)];
        var valid = 0;
        for (var seed = first; seed < first + runs; seed++)
        {
            var random = new Random(seed);
            var (key, message, signature) = Altered(libraries[random.Next(libraries.Length)], random);
            var verdicts = libraries.Select(library => library.Verify(new PublicKey(key), message, new Signature(signature))).ToArray();
            Assert.That(verdicts, Is.All.EqualTo(verdicts[0]), $"seed {seed}");
            if (seed % 40 == 0)
            {
                Assert.That(verdicts[0], Is.EqualTo(EdwardsModel.Verify(key, message, signature)), $"seed {seed}, against the model");
            }

            valid += verdicts[0] ? 1 : 0;
        }

        Assert.That(valid, Is.InRange(runs / 10, runs / 2), "a run has good signatures and bad ones");
    }

    [Test]
    public void A_seed_gives_the_same_key_and_signatures_with_every_library()
    {
        Ed25519[] libraries = [.. Libraries.All.Select(Libraries.Need)];
        for (var seed = 0; seed < 50; seed++)
        {
            var message = Inputs.Random(seed * 7, seed);
            var made = libraries.Select(library =>
            {
                using var key = library.CreateSigningKey(Inputs.Random(32, seed));
                return (key.PublicKey, Signature: key.Sign(message));
            }).ToArray();
            Assert.That(made, Is.All.EqualTo(made[0]), $"seed {seed}");
        }
    }

    private static (byte[] Key, byte[] Message, byte[] Signature) Altered(Ed25519 ed25519, Random random)
    {
        var seed = new byte[32];
        random.NextBytes(seed);
        using var signer = ed25519.CreateSigningKey(seed);
        var message = new byte[random.Next(200)];
        random.NextBytes(message);
        var key = new byte[32];
        var signature = new byte[64];
        signer.PublicKey.CopyTo(key);
        signer.Sign(message).CopyTo(signature);
        switch (random.Next(9))
        {
            case 0 or 1:
                break;
            case 2:
                Flip(key, random);
                break;
            case 3:
                Flip(signature, random);
                break;
            case 4:
                Flip(signature.AsSpan(56), random);
                break;
            case 5:
                Curious[random.Next(Curious.Length)].CopyTo(key, 0);
                break;
            case 6:
                Curious[random.Next(Curious.Length)].CopyTo(signature, 32 * random.Next(2));
                break;
            case 7:
                random.NextBytes(signature.AsSpan(0, 32));
                break;
            default:
                key[31] ^= 0x80;
                message = [.. message, 0];
                break;
        }

        return (key, message, signature);
    }

    private static void Flip(Span<byte> bytes, Random random) => bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
}
