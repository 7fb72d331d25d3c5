namespace Consensus.HotStuff.Tests;

/// <summary>A group whose messages all arrive, in the order of their leaving, in no time.</summary>
internal sealed class Cluster
{
    private readonly int[] _delivered;

    public Cluster(int size, HotStuffOptions? options = null)
    {
        var group = new Group(size);
        Replicas = [.. Enumerable.Range(1, size).Select(id => new TestReplica((uint)id, options, group))];
        _delivered = new int[size];
    }

    public TestReplica[] Replicas { get; }

    /// <summary>Which messages get lost.</summary>
    public Func<NodeId, NodeId, ProtocolMessage, bool> Loses { get; set; } = (_, _, _) => false;

    public IEnumerable<T> SentOf<T>() => Replicas.SelectMany(replica => replica.SentOf<T>());

    /// <summary>Delivers until nothing is under way.</summary>
    public void Run()
    {
        for (var isQuiet = false; !isQuiet;)
        {
            isQuiet = true;
            foreach (var replica in Replicas)
            {
                ref var next = ref _delivered[replica.Id.Value - 1];
                while (next < replica.Sent.Count)
                {
                    isQuiet = false;
                    var (to, message) = replica.Sent[next++];
                    if (!Loses(replica.Id, to, message))
                    {
                        Replicas[to.Value - 1].Receive(replica.Id.Value, message);
                    }
                }
            }
        }
    }

    /// <summary>Lets so much time pass for everybody.</summary>
    public void Wait(TimeSpan span)
    {
        for (var passed = TimeSpan.Zero; passed < span; passed += TimeSpan.FromMilliseconds(50))
        {
            foreach (var replica in Replicas)
            {
                replica.Wait(50);
            }

            Run();
        }
    }
}
