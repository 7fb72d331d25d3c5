#pragma warning disable
using System.Diagnostics;
namespace Consensus.Engine;
public static class Tr
{
    static readonly long[] _t = new long[4_000_000]; static readonly int[] _c = new int[4_000_000]; static readonly long[] _v = new long[4_000_000];
    static int _n = -1;
    static Tr() { AppDomain.CurrentDomain.ProcessExit += (_, _) => Dump(); }
    public static void M(int node, int code, long v) { var i = Interlocked.Increment(ref _n); if (i >= _t.Length) return; _t[i] = Stopwatch.GetTimestamp(); _c[i] = node * 100 + code; _v[i] = v; }
    static void Dump() { using var w = new StreamWriter("/tmp/trace.csv"); for (var i = 0; i <= Math.Min(_n, _t.Length - 1); i++) w.WriteLine($"{_t[i]},{_c[i] / 100},{_c[i] % 100},{_v[i]}"); }
}
