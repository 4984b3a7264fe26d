package policyfile

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"time"

	"kupuya/internal/law"
	"kupuya/internal/privacy"
)

// The folders of an archive.
const (
	packFolder = "policy"
	lawFolder  = "law"
)

// maxArchive bounds an archive and what it unpacks to.
const maxArchive = 16 << 20

// Archive puts a pack and the law that was known with it into one file, the
// same bytes for the same content: what is published, hashed and kept, so that
// any past decision can be run again. (policy 6.4a)
func Archive(pack, lawFS fs.FS) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, part := range []struct {
		folder string
		fsys   fs.FS
	}{{lawFolder, lawFS}, {packFolder, pack}} {
		err := fs.WalkDir(part.fsys, ".", func(name string, d fs.DirEntry, err error) error { // in lexical order
			if err != nil || d.IsDir() || part.folder == packFolder && !inPack(name) {
				return err
			}
			data, err := fs.ReadFile(part.fsys, name)
			if err != nil {
				return err
			}
			f, err := w.CreateHeader(&zip.FileHeader{
				Name: path.Join(part.folder, name), Method: zip.Deflate,
				Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC),
			})
			if err != nil {
				return err
			}
			_, err = f.Write(data)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("policyfile: archiving: %w", err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("policyfile: archiving: %w", err)
	}
	return out.Bytes(), nil
}

// inPack reports whether a file belongs to a pack. What else lies in the folder,
// such as the report of an import, is not published.
func inPack(name string) bool {
	for _, lang := range privacy.Langs {
		if name == textFile(lang) {
			return true
		}
	}
	return name == rulesFile || name == questionsFile
}

// OpenArchive reads what Archive wrote.
func OpenArchive(data []byte) (*Pack, *law.Registry, error) {
	if len(data) > maxArchive {
		return nil, nil, fmt.Errorf("policyfile: the archive is larger than %d bytes", maxArchive)
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, nil, fmt.Errorf("policyfile: this is no archive of an edition: %w", err)
	}
	var total uint64
	for _, f := range z.File {
		total += f.UncompressedSize64
		if strings.Contains(f.Name, "..") || total > maxArchive {
			return nil, nil, fmt.Errorf("policyfile: the archive holds more than an edition")
		}
	}
	packFS, err := fs.Sub(bounded{z}, packFolder)
	if err != nil {
		return nil, nil, err
	}
	pack, err := LoadPack(packFS)
	if err != nil {
		return nil, nil, err
	}
	lawFS, err := fs.Sub(bounded{z}, lawFolder)
	if err != nil {
		return nil, nil, err
	}
	reg, err := LoadLaw(lawFS)
	return pack, reg, err
}

// bounded keeps a file that lies about its size from filling the memory.
type bounded struct{ z *zip.Reader }

// Open gives a file of the archive.
func (b bounded) Open(name string) (fs.File, error) {
	f, err := b.z.Open(name)
	if err != nil {
		return nil, err
	}
	return file{f, io.LimitReader(f, maxArchive)}, nil
}

type file struct {
	fs.File
	r io.Reader
}

func (f file) Read(p []byte) (int, error) { return f.r.Read(p) }
