namespace Consensus.Cryptography.Tests;

/// <summary>Bytes that are almost, or not at all, what a decoder expects.</summary>
internal static class Mutation
{
    public static byte[] Of(byte[] valid, Random random)
    {
        if (random.Next(4) == 0)
        {
            return Inputs.Random(random.Next((2 * valid.Length) + 2), random.Next());
        }

        var bytes = valid.ToList();
        for (var edits = random.Next(1, 4); edits > 0; edits--)
        {
            var position = random.Next(bytes.Count + 1);
            var length = random.Next(1, bytes.Count - position + 2);
            switch (random.Next(5))
            {
                case 0:
                    bytes.InsertRange(position, Inputs.Random(length, random.Next()));
                    break;
                case 1 when position < bytes.Count:
                    bytes.RemoveRange(position, Math.Min(length, bytes.Count - position));
                    break;
                case 2 when position < bytes.Count:
                    bytes.RemoveRange(position, bytes.Count - position);
                    break;
                case 3 when position < bytes.Count:
                    bytes[position] ^= (byte)(1 << random.Next(8));
                    break;
                case 4:
                    bytes.AddRange(bytes.Take(position).ToArray());
                    break;
            }
        }

        return [.. bytes];
    }
}
