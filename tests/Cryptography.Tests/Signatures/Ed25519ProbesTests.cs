using System.Text;

namespace Consensus.Cryptography.Tests;

/// <summary>A library that judges otherwise is found out when it is loaded.</summary>
internal sealed class Ed25519ProbesTests
{
    [TestCaseSource(nameof(Indexes))]
    public void A_probe_is_what_plain_arithmetic_says(int index)
    {
        var probe = Ed25519Probes.All[index];
        var verdict = EdwardsModel.Verify(Convert.FromHexString(probe.Key), Encoding.ASCII.GetBytes(probe.Message), Convert.FromHexString(probe.Signature));
        Assert.That(verdict, Is.EqualTo(probe.IsValid), probe.Claim);
    }

    [Test]
    public void What_follows_the_rules_passes() =>
        Assert.That(Ed25519Probes.FirstFailure(new Ed25519(new ModelEd25519(EdwardsModel.Verify))), Is.Null);

    [Test]
    public void The_equation_with_the_cofactor_is_refused()
    {
        var failure = Ed25519Probes.FirstFailure(new Ed25519(new ModelEd25519(EdwardsModel.VerifyWithCofactor)));
        Assert.That(failure, Does.Contain("only with the cofactor"));
    }

    [Test]
    public void Both_mixed_orders_show_the_cofactor()
    {
        var ed25519 = new Ed25519(new ModelEd25519(EdwardsModel.VerifyWithCofactor));
        Assert.That(Ed25519Probes.All.Count(probe => !probe.Holds(ed25519)), Is.EqualTo(2));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void What_always_says_the_same_is_refused(bool verdict) =>
        Assert.That(Ed25519Probes.FirstFailure(new Ed25519(new ModelEd25519((_, _, _) => verdict))), Is.Not.Null);

    private static IEnumerable<int> Indexes() => Enumerable.Range(0, Ed25519Probes.All.Count);

    private sealed class ModelEd25519(Func<byte[], byte[], byte[], bool> verify) : Ed25519Native
    {
        public override Ed25519Library Library => Ed25519Library.Sodium;

        public override string Version => "model";

        public override bool Verify(ReadOnlySpan<byte> key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
            verify(key.ToArray(), message.ToArray(), signature.ToArray());

        public override Ed25519Secret CreateSecret(ReadOnlySpan<byte> seed) => throw new NotSupportedException("The model only verifies.");
    }
}
