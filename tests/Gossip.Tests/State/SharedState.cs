using System.Text;
using Consensus.Cryptography;

namespace Consensus.Gossip.Tests.State;

/// <summary>A swarm whose members write: their keys, their values and their stores.</summary>
internal sealed class SharedState(ulong seed)
{
    public const uint Members = 100;

    /// <summary>The time of day at which everything happens, if nothing else is said.</summary>
    public static readonly Timestamp Noon = new(1_800_000_000_000);

    public SimulatedKeyRegistry Registry { get; } = new(seed);

    public ClusterId Swarm { get; } = new(new Guid((int)seed, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10));

    public VersionedStore NewStore(VersionedStoreOptions? options = null) => new(Swarm, options ?? new VersionedStoreOptions(), Registry, KeyOf);

    public PublicKey? KeyOf(NodeId member) => member.Value is >= 1 and <= Members ? Registry.PublicKeyOf(member) : null;

    public VersionedValue Write(string key, ulong version, string content, uint origin = 1, Timestamp? time = null) =>
        VersionedValue.Write(Swarm, new NodeId(origin), Encoding.UTF8.GetBytes(key), version, time ?? Noon, Encoding.UTF8.GetBytes(content), Registry.CreateSigner(new NodeId(origin)));

    public VersionedValue Remove(string key, ulong version, uint origin = 1, Timestamp? time = null) =>
        VersionedValue.Remove(Swarm, new NodeId(origin), Encoding.UTF8.GetBytes(key), version, time ?? Noon, Registry.CreateSigner(new NodeId(origin)));

    /// <summary>A store that has these.</summary>
    public VersionedStore StoreOf(IEnumerable<VersionedValue> values)
    {
        var store = NewStore();
        foreach (var value in values)
        {
            Assert.That(store.Put(Noon, value), Is.EqualTo(PutResult.Stored));
        }

        return store;
    }

    /// <summary>Any write of one of few keys, now and then a removal.</summary>
    public VersionedValue Next(Random random, int keys) =>
        random.Next(8) == 0
            ? Remove($"key {random.Next(keys)}", (ulong)random.Next(1, 5), (uint)random.Next(1, 4))
            : Write($"key {random.Next(keys)}", (ulong)random.Next(1, 5), $"content {random.Next(3)}", (uint)random.Next(1, 4));
}
