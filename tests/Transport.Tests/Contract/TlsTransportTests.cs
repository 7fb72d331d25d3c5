namespace Consensus.Transport.Tests;

[TestFixture]
internal sealed class TlsTransportTests : TransportContract
{
    private readonly TestCertificates _certificates = new();

    [OneTimeTearDown]
    public void Delete() => _certificates.Dispose();

    protected override Task<TestNode> CreateAsync(uint id, TestNode? predecessor) =>
        TcpNodes.StartAsync(
            TcpNodes.ContractOptions(id, predecessor, FrameLengthMax, QueuedBytesMax, QueuedFramesMax), credentials: _certificates.Source(id));
}
