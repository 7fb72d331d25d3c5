using System.Globalization;
using System.Text;
using Consensus.Client.Tests.Support;
using Consensus.Cryptography;

namespace Consensus.Client.Tests.Api;

/// <summary>The client against three real nodes.</summary>
public sealed class ClusterTests
{
    // Raft, which signs nothing itself: sessions are those of every engine.
    [Test]
    public async Task A_client_with_a_key_writes_and_nobody_else_does_in_its_session()
    {
        await using var cluster = await ApiCluster.StartAsync();
        var ed25519 = Ed25519.Load();
        using var key = ed25519.CreateSigningKey(Enumerable.Repeat((byte)1, Ed25519.SeedSize).ToArray());
        using var otherKey = ed25519.CreateSigningKey(Enumerable.Repeat((byte)2, Ed25519.SeedSize).ToArray());
        await using var owner = cluster.CreateClient(options => options.SignRequests(new RequestSigner(ApiCluster.Cluster, key)));
        await using var other = cluster.CreateClient(options => options.SignRequests(new RequestSigner(ApiCluster.Cluster, otherKey)));
        await using var stranger = cluster.CreateClient();
        var session = (await owner.OpenSessionAsync()).Client;
        var own = new ProposeOptions(Request: new RequestId(session, 1));

        var usurped = await stranger.KeyValue.PutAsync("key"u8.ToArray(), "theirs"u8.ToArray(), own);
        var alsoUsurped = await other.KeyValue.PutAsync("key"u8.ToArray(), "theirs"u8.ToArray(), own);
        var put = await owner.KeyValue.PutAsync("key"u8.ToArray(), "mine"u8.ToArray(), own);
        var again = await owner.KeyValue.PutAsync("key"u8.ToArray(), "mine"u8.ToArray(), own);
        var delete = await owner.KeyValue.DeleteAsync("nothing"u8.ToArray());

        Assert.That((usurped.Status, usurped.Refusal), Is.EqualTo((ProposeStatus.Refused, RefusalReason.NotSignedByClient)));
        Assert.That((alsoUsurped.Status, alsoUsurped.Refusal), Is.EqualTo((ProposeStatus.Refused, RefusalReason.NotSignedByClient)));
        Assert.That((put.Status, delete.Status), Is.EqualTo((ProposeStatus.Applied, ProposeStatus.Applied)), put.Detail + delete.Detail);
        Assert.That((again.Status, again.Index), Is.EqualTo((ProposeStatus.Applied, put.Index)), "a retry");
        Assert.That((await stranger.KeyValue.GetAsync("key"u8.ToArray())).Value.ToArray(), Is.EqualTo("mine"u8.ToArray()));
    }

    [Test]
    public async Task A_client_whose_session_was_pushed_out_while_it_was_idle_is_told_of_one_write_and_goes_on_in_another_session([Values] bool hasKey)
    {
        const int sessionsMax = 3;
        await using var cluster = await ApiCluster.StartAsync(sessionsMax);
        using var key = Ed25519.Load().CreateSigningKey(Enumerable.Repeat((byte)1, Ed25519.SeedSize).ToArray());
        await using var client = cluster.CreateClient(options =>
        {
            if (hasKey)
            {
                options.SignRequests(new RequestSigner(ApiCluster.Cluster, key));
            }
        });
        await using var stranger = cluster.CreateClient();
        var first = await client.KeyValue.PutAsync("key"u8.ToArray(), "1"u8.ToArray());
        for (var i = 0; i < sessionsMax; i++)
        {
            Assert.That((await stranger.OpenSessionAsync()).Refusal, Is.EqualTo(RefusalReason.None));
        }

        var lost = await client.KeyValue.PutAsync("key"u8.ToArray(), "2"u8.ToArray());
        var next = await client.KeyValue.PutAsync("key"u8.ToArray(), "3"u8.ToArray());

        Assert.That((first.Status, lost.Status, lost.Refusal, next.Status), Is.EqualTo(
            (ProposeStatus.Applied, ProposeStatus.Unknown, RefusalReason.SessionExpired, ProposeStatus.Applied)), lost.Detail + next.Detail);
        Assert.That((await stranger.KeyValue.GetAsync("key"u8.ToArray())).Value.ToArray(), Is.EqualTo("3"u8.ToArray()));
    }

    [Test]
    public async Task Writes_go_on_while_leaders_stop_and_take_effect_once()
    {
        await using var cluster = await ApiCluster.StartAsync();
        await using var client = cluster.CreateClient();
        using var done = new CancellationTokenSource();

        var counts = Enumerable.Range(0, 4).Select(async worker =>
        {
            var key = Encoding.UTF8.GetBytes($"counter-{worker}");
            var count = 0;
            do
            {
                // A step that is lost, or done twice, makes the next one fail.
                var swapped = await client.KeyValue.CompareAndSwapAsync(
                    key, count == 0 ? default(ReadOnlyMemory<byte>?) : Number(count), Number(count + 1), new ProposeOptions(TimeSpan.FromMinutes(1)));
                Assert.That(swapped.IsApplied, Is.True, $"worker {worker}, step {count + 1}: {swapped}");
                cluster.Advance();
                count++;
            }
            while (!done.IsCancellationRequested);

            return count;
        }).ToList();
        for (var round = 0; round < 3; round++)
        {
            await cluster.AdvancedAsync(100);
            await cluster.RestartLeaderAsync();
        }

        await cluster.AdvancedAsync(100);
        await done.CancelAsync();
        var reached = await Task.WhenAll(counts);

        for (var worker = 0; worker < reached.Length; worker++)
        {
            var found = await client.KeyValue.GetAsync(Encoding.UTF8.GetBytes($"counter-{worker}"));
            Assert.That(Encoding.UTF8.GetString(found.Value.Span), Is.EqualTo($"{reached[worker]}"));
        }
    }

    [Test]
    public async Task Leadership_is_handed_over_and_events_tell_of_it()
    {
        await using var cluster = await ApiCluster.StartAsync();
        await using var client = cluster.CreateClient();
        await using var events = client.EventsAsync().GetAsyncEnumerator();
        Assert.That(await events.MoveNextAsync(), Is.True);
        Assert.That(events.Current.Status, Is.Not.Null);
        var leader = await cluster.LeaderAsync();
        var target = new NodeId(leader == 3 ? 1U : leader + 1);

        ChangeResult transfer;
        do
        {
            transfer = await client.TransferLeadershipAsync(target);
        }
        while (transfer.Refusal == RefusalReason.NotCaughtUp);

        Assert.That(transfer.IsDone, Is.True, transfer.Detail);
        while (events.Current.Happened is not LeaderChanged { Leader: var led } || led != target)
        {
            Assert.That(await events.MoveNextAsync(), Is.True);
        }
    }

    private static byte[] Number(int number) => Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));
}
