using Consensus.Transport;

namespace Consensus.Hosting.Tests.Access;

public sealed class CertificateWatchTests
{
    private const int CertificateEnds = 184;
    private const int AuthorityEnds = 185;

    private static readonly NodeId Node = new(1);
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ClusterId Cluster = new(Guid.Parse(Settings.Cluster));

    [TestCase(31, new int[0])]
    [TestCase(29, new[] { CertificateEnds })]
    [TestCase(1, new[] { CertificateEnds })]
    public void A_certificate_that_ends_within_thirty_days_is_warned_of_at_the_start(int days, int[] ids)
    {
        var output = new TestOutput();
        using var authority = ClusterAuthority.Create(Cluster, Now);
        using var watch = Watch(output, new DayClock(Now), Issue(authority, days));

        Assert.That(output.Ids, Is.EqualTo(ids));
    }

    [Test]
    public void It_is_looked_at_once_a_day_and_no_more_after_the_stop()
    {
        var output = new TestOutput();
        var clock = new DayClock(Now);
        using var authority = ClusterAuthority.Create(Cluster, Now);
        using var watch = Watch(output, clock, Issue(authority, days: 32));

        clock.Advance(TimeSpan.FromDays(1.5));
        Assert.That(output.Ids, Is.Empty);
        clock.Advance(TimeSpan.FromDays(3));
        Assert.That(output.Ids, Is.EqualTo([CertificateEnds, CertificateEnds]), "on the third day, and on the fourth");

        watch.Dispose();
        clock.Advance(TimeSpan.FromDays(3));
        Assert.That(output.Ids, Has.Count.EqualTo(2));
    }

    [Test]
    public void A_renewed_certificate_ends_the_warnings()
    {
        var output = new TestOutput();
        var clock = new DayClock(Now);
        using var authority = ClusterAuthority.Create(Cluster, Now);
        var source = Issue(authority, days: 10);
        using var watch = Watch(output, clock, source);

        source.Current = Issue(authority, days: 700).Current;
        clock.Advance(TimeSpan.FromDays(5));

        Assert.That(output.Ids, Is.EqualTo([CertificateEnds]));
    }

    [Test]
    public void An_authority_is_warned_of_too_whichever_of_several_it_is()
    {
        var output = new TestOutput();
        using var young = ClusterAuthority.Create(Cluster, Now);
        using var old = ClusterAuthority.Create(Cluster, Now - ClusterAuthority.Validity + TimeSpan.FromDays(20));
        using var watch = Watch(output, new DayClock(Now), Issue(young, days: 100, old));

        Assert.That(output.Ids, Is.EqualTo([AuthorityEnds]));
    }

    [Test]
    public void How_early_is_a_setting()
    {
        var output = new TestOutput();
        using var authority = ClusterAuthority.Create(Cluster, Now);
        using var patient = Watch(output, new DayClock(Now), Issue(authority, days: 29), TimeSpan.FromDays(28));
        Assert.That(output.Ids, Is.Empty);

        using var early = Watch(output, new DayClock(Now), Issue(authority, days: 89), TimeSpan.FromDays(90));
        Assert.That(output.Ids, Is.EqualTo([CertificateEnds]));
    }

    private static CertificateWatch Watch(TestOutput output, TimeProvider clock, ITlsCredentialSource source, TimeSpan? warning = null) =>
        new(output, Node, warning is { } early ? new TlsSettings { ExpiryWarning = early } : new TlsSettings(), source, clock);

    private static Source Issue(ClusterAuthority authority, int days, params ClusterAuthority[] others)
    {
        var (certificate, key) = authority.Issue(Node, [], Now, TimeSpan.FromDays(days));
        return new Source { Current = TlsCredentials.FromPem(certificate, key, string.Join('\n', others.Prepend(authority).Select(trusted => trusted.CertificatePem))) };
    }

    private sealed class Source : ITlsCredentialSource
    {
        public required TlsCredentials Current { get; set; }
    }
}
