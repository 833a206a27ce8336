"""An independent reader and writer of safetensors: the standard library alone, nothing of this project.

usage: safetensors_plain.py dump FILE...     one JSON line a tensor: file, name, dtype, shape, sum of all numbers, the first three
       safetensors_plain.py copy FILE OUT    reads FILE and writes the same tensors with a writer of its own, in reverse order
"""
import json, os, struct, sys

BYTES = {'F64': 8, 'F32': 4, 'F16': 2, 'BF16': 2}


def read(path):
    data = open(path, 'rb').read()
    length = struct.unpack('<Q', data[:8])[0]
    header = json.loads(data[8:8 + length].decode('utf-8'))
    assert header.pop('__metadata__')['format'] == 'pt', 'transformers refuses a file without a format'
    body, end, tensors = data[8 + length:], 0, {}
    for name, entry in sorted(header.items(), key=lambda item: item[1]['data_offsets']):
        first, last = entry['data_offsets']
        count = 1
        for size in entry['shape']:
            count *= size
        assert first == end, f'{name}: a gap or an overlap at {end}'
        assert last - first == count * BYTES[entry['dtype']], f'{name}: {last - first} bytes for {count} numbers'
        assert (8 + length + first) % BYTES[entry['dtype']] == 0, f'{name}: not aligned'
        end = last
        tensors[name] = (entry['dtype'], entry['shape'], body[first:last])
    assert end == len(body), f'{len(body) - end} bytes behind the last tensor'
    return tensors


def numbers(dtype, raw):
    count = len(raw) // BYTES[dtype]
    if dtype == 'BF16':  # the upper half of a float32
        return [struct.unpack('<f', b'\0\0' + raw[2 * i:2 * i + 2])[0] for i in range(count)]
    return struct.unpack('<%d%s' % (count, {'F64': 'd', 'F32': 'f', 'F16': 'e'}[dtype]), raw)


if sys.argv[1] == 'dump':
    for path in sys.argv[2:]:
        for name, (dtype, shape, raw) in read(path).items():
            values = numbers(dtype, raw)
            print(json.dumps(dict(file=os.path.basename(path), name=name, dtype=dtype, shape=shape, sum=sum(values), first=values[:3])))
else:
    header, body = {}, b''
    for name, (dtype, shape, raw) in reversed(list(read(sys.argv[2]).items())):
        header[name] = dict(dtype=dtype, shape=shape, data_offsets=[len(body), len(body) + len(raw)])
        body += raw
    text = json.dumps(header).encode()
    open(sys.argv[3], 'wb').write(struct.pack('<Q', len(text)) + text + body)
