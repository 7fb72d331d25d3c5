using System.Text;

namespace Consensus.Gossip.Tests.Dissemination;

/// <summary>News reaches everybody once, and then it is still.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class SpreadingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Test]
    public void All_hear_of_it_once_and_then_nobody_says_anything([Values] GossipMode mode, [Values(2, 10, 100)] int size, [Range(1, 5)] int seed)
    {
        var swarm = new NewsSwarm((ulong)seed, size, new DisseminationOptions { Mode = mode });
        var rumour = swarm.Publish(1, "hello");

        // With pushes alone somebody is left out now and then, for the literature's rule stops too early for him: that is repaired by others.
        swarm.Network.Run(Patience + TimeSpan.FromSeconds(1));
        Assert.That(swarm.Heard(rumour), Is.GreaterThanOrEqualTo(mode == GossipMode.Push ? size - 1 : size));
        foreach (var node in swarm.Nodes.Where(node => node.Id != rumour.Origin && node.Deliveries.Count > 0))
        {
            Assert.That(node.Deliveries, Has.Count.EqualTo(1));
            Assert.That(Encoding.UTF8.GetString(node.Deliveries[0].Rumour.Unpack().Span), Is.EqualTo("hello"));
        }

        Assert.That(swarm.IsStill, Is.True);
        Assert.That(swarm.Nodes.SelectMany(node => node.Rejections), Is.Empty);
        var sent = swarm.Nodes.Sum(node => node.MessagesSent);
        swarm.Network.Run(Patience);
        Assert.That(swarm.Nodes.Sum(node => node.MessagesSent) == sent, Is.EqualTo(mode != GossipMode.Pull), "whoever pulls asks for ever");
    }

    [Test]
    public void A_hundred_hear_of_it_within_less_than_half_a_second_also_if_datagrams_get_lost([Values(0, 0.05, 0.2)] double loss, [Range(1, 10)] int seed)
    {
        var swarm = new NewsSwarm((ulong)seed, 100, new DisseminationOptions());
        swarm.Network.Loss = loss;
        var rumour = swarm.Publish((uint)seed, "hello");

        Assert.That(swarm.UntilAllHeard(rumour, Patience), Is.LessThan(TimeSpan.FromMilliseconds(loss > 0.1 ? 500 : 400)));
    }

    [Test]
    public void A_large_rumour_is_told_to_each_about_once([Range(1, 5)] int seed)
    {
        var swarm = new NewsSwarm((ulong)seed, 50, new DisseminationOptions());
        var payload = new byte[100_000];
        new Random(seed).NextBytes(payload);
        var rumour = swarm.Publish(1, payload);

        Assert.That(swarm.UntilAllHeard(rumour, Patience), Is.LessThan(TimeSpan.FromSeconds(2)));
        Assert.That(swarm.Nodes.Skip(1).Select(node => node.Deliveries.Single().Rumour.Unpack().ToArray()), Is.All.EqualTo(payload));
        Assert.That(swarm.Nodes.Sum(node => node.BytesSent), Is.LessThan(49 * payload.Length * 1.3));
    }

    [Test]
    public void What_can_be_made_shorter_travels_so()
    {
        var swarm = new NewsSwarm(1, 10, new DisseminationOptions());
        var text = string.Concat(Enumerable.Repeat("the same again and again, ", 1_000));
        var rumour = swarm.Publish(1, text);

        Assert.That(swarm.UntilAllHeard(rumour, Patience), Is.Not.Null);
        Assert.That(swarm.Nodes.Skip(1).Select(node => Encoding.UTF8.GetString(node.Deliveries.Single().Rumour.Unpack().Span)), Is.All.EqualTo(text));
        Assert.That(swarm.Nodes.Sum(node => node.BytesSent), Is.LessThan(text.Length));
    }

    [Test]
    public void What_is_urgent_is_told_first()
    {
        var swarm = new NewsSwarm(1, 20, new DisseminationOptions { OfferFrom = 64 * 1024, PayloadBytesMax = 64 * 1024 });
        for (var number = 0; number < 40; number++)
        {
            swarm.Publish(1, Noise(number, 16 * 1024), RumourPriority.Bulk);
        }

        var urgent = swarm.Publish(1, Noise(99, 16 * 1024), RumourPriority.Critical);
        swarm.Network.Run(Patience);

        // Without priorities it would be the last one, or in the middle.
        Assert.That(swarm.Nodes.Skip(1).Average(node => node.Deliveries.FindIndex(delivery => delivery.Rumour.Id == urgent.Id)), Is.LessThan(8));
    }

    [Test]
    public void A_rumour_goes_no_further_than_it_may()
    {
        var swarm = new NewsSwarm(1, 100, new DisseminationOptions { HopsMax = 1, Fanout = 1, StopAfter = 3, Mode = GossipMode.Push });
        var rumour = swarm.Publish(1, "hello");
        swarm.Network.Run(Patience * 2);

        // Whom its origin has told may tell nobody.
        Assert.That(swarm.Heard(rumour), Is.InRange(2, 99));
        Assert.That(swarm.Nodes.Where(node => node.Deliveries.Count > 0).Select(node => node.Deliveries[0].Rumour.Hops), Is.All.EqualTo(1));
    }

    [Test]
    public void With_calls_that_get_lost_more_are_made()
    {
        var swarm = new NewsSwarm(1, 30, new DisseminationOptions());
        swarm.Network.Loss = 0.4;
        for (var i = 0; i < 100; i++)
        {
            swarm.Publish((uint)(i % 30) + 1, $"{i}");
            swarm.Network.Run(TimeSpan.FromMilliseconds(50));
        }

        // A call or its answer is lost: 1 - 0.6².
        Assert.That(swarm.Nodes.Average(node => NewsSwarm.Core(node).LossShare), Is.EqualTo(0.64).Within(0.08));
    }

    [Test]
    public void The_same_seed_gives_the_same_run()
    {
        static string Trace(ulong seed)
        {
            var swarm = new NewsSwarm(seed, 40, new DisseminationOptions());
            var trace = new StringBuilder();
            swarm.Network.OnSent = (from, to, message, bytes) => trace.Append(System.Globalization.CultureInfo.InvariantCulture, $"{from.Id} {to} {message.GetType().Name} {bytes};");
            swarm.Network.Loss = 0.1;
            swarm.Publish(3, "hello");
            swarm.Network.Run(Patience);
            return trace.ToString();
        }

        var (first, again, other) = (Trace(7), Trace(7), Trace(8));
        Assert.That(again, Is.EqualTo(first));
        Assert.That(other, Is.Not.EqualTo(first));
    }

    private static byte[] Noise(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
