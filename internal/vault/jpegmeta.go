package vault

import (
	"bytes"
	"encoding/binary"
)

// jpegMeta is what must be known of a JPEG before it is decoded.
type jpegMeta struct {
	orientation int // EXIF, 1 to 8; 1 when nothing or nonsense is said
	scans       int
	progressive bool
}

// readJPEGMeta walks over the segments of a JPEG. What it cannot make sense of
// is left to the decoder.
func readJPEGMeta(raw []byte) jpegMeta {
	m := jpegMeta{orientation: 1}
	for at := 2; ; {
		next := bytes.IndexByte(raw[min(at, len(raw)):], 0xff)
		if next < 0 {
			return m
		}
		at += next + 1
		for at < len(raw) && raw[at] == 0xff {
			at++
		}
		if at >= len(raw) {
			return m
		}
		marker := raw[at]
		at++
		switch {
		case marker == 0xd9: // end of image
			return m
		case marker <= 0x01 || marker >= 0xd0 && marker <= 0xd8: // part of the picture, without a length
			continue
		}
		if at+2 > len(raw) {
			return m
		}
		end := at + int(binary.BigEndian.Uint16(raw[at:]))
		segment := raw[at:max(at, min(end, len(raw)))]
		switch marker {
		case 0xc2:
			m.progressive = true
		case 0xda:
			m.scans++
		case 0xe1:
			if o := exifOrientation(segment); o != 0 {
				m.orientation = o
			}
		}
		at = max(at+2, end)
	}
}

// exifOrientation reads the one tag that matters from an APP1 segment, which
// begins with its length; 0 when it is not there.
func exifOrientation(segment []byte) int {
	_, tiff, ok := bytes.Cut(segment, []byte("Exif\x00\x00"))
	if !ok || len(tiff) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.BigEndian
	if tiff[0] == 'I' {
		order = binary.LittleEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 0
	}
	entries := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(entries) < 12 {
			return 0
		}
		const tagOrientation, typeShort = 0x0112, 3
		if order.Uint16(entries) == tagOrientation && order.Uint16(entries[2:]) == typeShort {
			if o := int(order.Uint16(entries[8:])); o >= 1 && o <= 8 {
				return o
			}
			return 0
		}
		entries = entries[12:]
	}
	return 0
}
