using Consensus.Cli.Client;

namespace Consensus.Cli.Tests.Client;

public sealed class ApiCallTests
{
    // Found by 100 rounds of hostile bytes: after 16,384 writes a session that acknowledges nothing takes no more.
    [Test]
    public void A_write_acknowledges_all_that_its_session_has_done_before()
    {
        using var request = new ApiCall(HttpMethod.Put, "v1/kv/key") { Request = new RequestId(new ClientId(12), 20_000) }.ToRequest(new Uri("http://127.0.0.1:1"));

        Assert.That(request.Headers.GetValues("Idempotency-Key"), Is.EqualTo(["12:20000"]));
        Assert.That(request.Headers.GetValues("Idempotency-Acknowledged-Below"), Is.EqualTo(["20000"]));
    }

    [Test]
    public void A_call_without_a_session_names_none()
    {
        using var request = new ApiCall(HttpMethod.Get, "v1/status").ToRequest(new Uri("http://127.0.0.1:1"));

        Assert.That(request.Headers, Is.Empty);
    }
}
