using Consensus.Client.Calls;
using Consensus.Client.Sessions;

namespace Consensus.Client.Tests.Calls;

public sealed class ApiCallTests
{
    private static readonly Uri Node = new("http://127.0.0.1:1");

    // Found by 100 rounds of hostile bytes: after 16,384 writes a session that acknowledges nothing takes no more.
    [Test]
    public void A_write_acknowledges_all_that_its_session_has_done_before()
    {
        var call = new ApiCall(HttpMethod.Put, "v1/kv/key") { Request = new RequestNumber(new RequestId(new ClientId(12), 20_000), 19_990) };
        using var request = call.ToRequest(Node);

        Assert.That(request.Headers.GetValues("Idempotency-Key"), Is.EqualTo(["12:20000"]));
        Assert.That(request.Headers.GetValues("Idempotency-Acknowledged-Below"), Is.EqualTo(["19990"]));
    }

    [TestCase("v1/cases", "http://127.0.0.1:1/v1/cases?wait_for=certified")]
    [TestCase("v1/kv/Li4?encoding=base64url", "http://127.0.0.1:1/v1/kv/Li4?encoding=base64url&wait_for=certified")]
    public void What_to_wait_for_is_said_in_the_query(string path, string address)
    {
        using var request = new ApiCall(HttpMethod.Put, path) { WaitFor = CommitLevel.Certified }.ToRequest(Node);

        Assert.That(request.RequestUri!.AbsoluteUri, Is.EqualTo(address));
    }

    [Test]
    public void A_call_without_a_session_names_none()
    {
        using var request = new ApiCall(HttpMethod.Get, "v1/status").ToRequest(Node);

        Assert.That(request.Headers, Is.Empty);
    }
}
