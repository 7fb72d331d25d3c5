using System.Security.Cryptography.X509Certificates;

namespace Consensus.Transport.Tests.Tls;

/// <summary>A certificate is valid for no longer than the authority that issued it, and not issued if that would be never.</summary>
public sealed class ClusterAuthorityTests
{
    private static readonly ClusterId Cluster = new(Guid.Parse("6f1c3f8a-0a35-4f0e-9a4e-3f1f0c6f7c11"));
    private static readonly DateTimeOffset Created = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [TestCase(0, 730, "2026-03-01 11:00:00Z", "2028-02-29 12:00:00Z", TestName = "A_certificate_begins_an_hour_early_for_those_whose_clocks_are_behind")]
    [TestCase(-1, 2, "2026-03-01 11:00:00Z", "2026-03-02 12:00:00Z", TestName = "A_certificate_begins_with_its_authority_at_the_earliest")]
    [TestCase(3600, 730, "2036-01-08 11:00:00Z", "2036-02-27 12:00:00Z", TestName = "A_certificate_ends_with_its_authority_at_the_latest")]
    [TestCase(0, 9_999_999, "2026-03-01 11:00:00Z", "2036-02-27 12:00:00Z", TestName = "A_certificate_for_ever_ends_with_its_authority")]
    public void A_certificate_is_valid_while_its_authority_is(int afterDays, int forDays, string from, string until)
    {
        using var authority = ClusterAuthority.Create(Cluster, Created);

        var (pem, _) = authority.Issue(new NodeId(1), [], Created.AddDays(afterDays), TimeSpan.FromDays(forDays));

        using var certificate = X509Certificate2.CreateFromPem(pem);
        Assert.That($"{certificate.NotBefore.ToUniversalTime():u}", Is.EqualTo(from));
        Assert.That($"{certificate.NotAfter.ToUniversalTime():u}", Is.EqualTo(until));
    }

    [TestCase(
        -100,
        10,
        "The certificate would be valid from 2025-11-21 11:00:00Z to 2025-12-01 12:00:00Z, and the cluster's authority is valid from 2026-03-01 11:00:00Z to 2036-02-27 12:00:00Z; allowed: a time that overlaps with the authority's.",
        TestName = "A_certificate_that_ends_before_its_authority_begins_is_not_issued")]
    [TestCase(
        3651,
        10,
        "The certificate would be valid from 2036-02-28 11:00:00Z to 2036-03-09 12:00:00Z, and the cluster's authority is valid from 2026-03-01 11:00:00Z to 2036-02-27 12:00:00Z; allowed: a time that overlaps with the authority's. An authority that has expired is replaced by a new one.",
        TestName = "An_authority_that_has_expired_issues_nothing")]
    public void A_certificate_that_would_never_be_valid_is_not_issued(int afterDays, int forDays, string message)
    {
        using var authority = ClusterAuthority.Create(Cluster, Created);

        var exception = Assert.Throws<ConsensusException>(() => authority.Issue(new NodeId(1), [], Created.AddDays(afterDays), TimeSpan.FromDays(forDays)));

        Assert.That(exception.Message, Is.EqualTo(message));
        Assert.That(exception.Reason, Is.EqualTo(ConsensusFailure.InvalidConfiguration));
    }
}
