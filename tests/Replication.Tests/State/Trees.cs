using Consensus.Replication.State;

namespace Consensus.Replication.Tests.State;

/// <summary>Trees and their models.</summary>
internal static class Trees
{
    public static byte[] Key(int number) => [(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number];

    public static byte[] Random(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>A key of few different bytes, so that keys meet, part late, and are prefixes of each other.</summary>
    public static byte[] CrowdedKey(Random random)
    {
        var key = new byte[1 + random.Next(6)];
        for (var i = 0; i < key.Length; i++)
        {
            key[i] = random.Next(4) switch { 0 => 0, 1 => 0x10, 2 => 0x11, _ => 0xff };
        }

        return key;
    }

    public static StateTree Of(IEnumerable<KeyValuePair<byte[], byte[]>> entries)
    {
        var tree = new StateTree();
        foreach (var (key, value) in entries)
        {
            tree.Set(key, value);
        }

        return tree;
    }

    public static byte[] Written(StateTree tree)
    {
        using var view = tree.Freeze();
        return Written(view);
    }

    public static byte[] Written(StateTreeView view)
    {
        using var stream = new MemoryStream();
        view.WriteTo(stream);
        return stream.ToArray();
    }

    public static StateTree Read(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        return StateTree.Read(stream);
    }

    public static List<(byte[] Key, byte[] Value)> List(StateTreeScan scan)
    {
        var list = new List<(byte[], byte[])>();
        foreach (var entry in scan)
        {
            list.Add((entry.Key.ToArray(), entry.Value.ToArray()));
        }

        return list;
    }
}
