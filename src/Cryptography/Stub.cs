#pragma warning disable
namespace Consensus.Cryptography;
/// <summary></summary>
public static class Blake3 { public static Digest Hash(ReadOnlySpan<byte> input) => default; }
public sealed class Blake3Hasher { int x; public void Reset(){x++;} public void Update(ReadOnlySpan<byte> d){x++;} public Digest Finalize()=>x>0?default:default; }
