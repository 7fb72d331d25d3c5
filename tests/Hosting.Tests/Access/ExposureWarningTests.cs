namespace Consensus.Hosting.Tests.Access;

public sealed class ExposureWarningTests
{
    [TestCase("127.0.0.1:7001", "", "127.0.0.1:8101", new int[0])]
    [TestCase("localhost:7001", "", "", new int[0])]
    [TestCase("127.0.0.1:7001", "", "[::1]:8101", new int[0])]
    [TestCase("node1.example:7001", "", "", new[] { 102 })]
    [TestCase("127.0.0.1:7001", "0.0.0.0:7001", "", new[] { 102 })]
    [TestCase("node1.example:7001", "127.0.0.1:7001", "", new int[0])]
    [TestCase("127.0.0.1:7001", "", "0.0.0.0:8101", new[] { 103, 104 })]
    [TestCase("10.0.0.1:7001", "", "10.0.0.1:8101", new[] { 102, 103, 104 })]
    public void What_is_open_to_others_is_warned_of(string address, string listen, string http, int[] ids) =>
        Assert.That(Warned(Options(address, listen, http)), Is.EqualTo(ids));

    [Test]
    public void What_is_protected_is_not()
    {
        var options = Options("10.0.0.1:7001", "", "10.0.0.1:8101");
        (options.Transport.Tls.CertificateFile, options.Transport.Tls.KeyFile, options.Transport.Tls.AuthorityFile) = ("c", "k", "a");
        options.Http.TokensFile = "t";
        Assert.That(Warned(options), Is.EqualTo([104]));

        (options.Http.CertificateFile, options.Http.KeyFile) = ("c", "k");
        Assert.That(Warned(options), Is.Empty);
    }

    [Test]
    public void A_transport_of_the_applications_own_is_its_own_business() =>
        Assert.That(Warned(Options("10.0.0.1:7001", "", ""), isTcp: false), Is.Empty);

    private static IReadOnlyList<int> Warned(ConsensusOptions options, bool isTcp = true)
    {
        var output = new TestOutput();
        ExposureWarning.Log(output, options, isTcp);
        return output.Ids;
    }

    private static ConsensusOptions Options(string address, string listen, string http)
    {
        var options = new ConsensusOptions { Node = new NodeId(1), ClusterId = new ClusterId(Guid.Parse(Settings.Cluster)) };
        options.Members.Add(new MemberOptions { Id = new NodeId(1), Address = address });
        options.Transport.Listen = listen;
        options.Http.Listen = http;
        return options;
    }
}
