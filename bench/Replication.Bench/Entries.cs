using System.Text;
using Consensus.Replication.State;

namespace Consensus.Replication.Bench;

/// <summary>The entries that are measured: keys as people choose them, values of 256 bytes.</summary>
internal static class Entries
{
    public const int ValueSize = 256;

    public static byte[] Key(int number) => Encoding.ASCII.GetBytes($"case/{number:d8}");

    public static byte[] Value(int number)
    {
        var value = new byte[ValueSize];
        new Random(number).NextBytes(value);
        return value;
    }

    public static StateTree Tree(int count)
    {
        var tree = new StateTree();
        for (var i = 0; i < count; i++)
        {
            tree.Set(Key(i), Value(i));
        }

        return tree;
    }
}
