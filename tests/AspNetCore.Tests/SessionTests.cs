using Consensus.AspNetCore.Tests.Fakes;

namespace Consensus.AspNetCore.Tests;

[TestFixture]
internal sealed class SessionTests
{
    [Test]
    public async Task A_session_is_opened()
    {
        await using var host = await ApiHost.StartAsync(new ScriptedConsensus());

        var answer = await host.SendAsync(HttpMethod.Post, "/v1/sessions");

        Assert.That(answer.Status, Is.EqualTo(201));
        Assert.That(answer.Text, Is.EqualTo("""{"client":12}"""));
    }

    [Test]
    public async Task A_session_that_can_not_be_opened_says_why()
    {
        await using var host = await ApiHost.StartAsync(new ScriptedConsensus { Session = new SessionResult(RefusalReason.NoLeader, ClientId.None) });

        var answer = await host.SendAsync(HttpMethod.Post, "/v1/sessions");

        Assert.That(answer.Status, Is.EqualTo(503));
        Assert.That(answer.Code, Is.EqualTo("no-leader"));
    }
}
